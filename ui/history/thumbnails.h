#pragma once

#include <QCache>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QString>
#include <QStringList>

namespace tstitch::ui {

/// Small pictures of pictures: kept in a folder, made where they are missing, both off the GUI thread. What was asked
/// for last comes first, and what nobody looks at any more is not made.
class Thumbnails : public QObject {
  Q_OBJECT

 public:
  static constexpr int kSide = 128;

  /// Without a folder they are made anew in each sitting.
  explicit Thumbnails(QString folder, QObject* parent = nullptr);

  /// Null until it is there; ready() then tells. It stays null for a file that is gone or cannot be read.
  QImage of(const QString& picture);
  /// How many were taken from pictures themselves so far.
  [[nodiscard]] int made() const { return made_; }

 Q_SIGNALS:
  void ready(const QString& picture);

 private:
  void startSome();

  QString folder_;
  QCache<QString, QImage> images_;
  QStringList wanted_;  ///< the newest last
  QSet<QString> underWay_;
  int made_ = 0;
};

}  // namespace tstitch::ui
