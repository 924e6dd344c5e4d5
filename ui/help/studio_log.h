#pragma once

#include <QFile>
#include <QString>
#include <QStringList>

namespace tstitch::ui {

/// The log of this profile: a line with its time for what the window said and did. Bounded: what was written before
/// lies in a second file. Prompts are never written.
class StudioLog {
 public:
  /// Where the file cannot be written the log is empty.
  explicit StudioLog(const QString& path);

  void write(const QString& sentence);
  /// The newest last.
  [[nodiscard]] QStringList lastLines(int most) const;
  [[nodiscard]] QString path() const { return file_.fileName(); }

 private:
  void turnOver();

  QFile file_;
};

/// The text without what belongs to its user: places on disk and what stands between quotation marks.
QString withoutPrivateParts(QString text);

}  // namespace tstitch::ui
