#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <functional>
#include <optional>

#include "ui/history/history_entry.h"
#include "ui/store/store.h"

namespace tstitch::ui {

/// Which pictures are looked for; everything that is given must hold.
struct HistoryQuery {
  QString text;  ///< each of its words stands in the prompt, the negative one, the pair, a LoRA's or the file's name
  bool starredOnly = false;
  QString pair;
  std::optional<int> percent = {};
  qint64 since = 0;  ///< milliseconds since 1970

  friend bool operator==(const HistoryQuery&, const HistoryQuery&) = default;
};

/// Their numbers, the newest first, of how many.
struct HistoryFound {
  QList<qint64> ids;
  int total = 0;
};

/// What there is to choose from.
struct HistoryChoices {
  QStringList pairs;
  QList<int> percents;
};

/// Every picture that was saved, with its whole request: what of it lies in the store, and how it gets there. Without a
/// widget. Everything here returns at once; answers come only while their context lives.
class History : public QObject {
  Q_OBJECT

 public:
  explicit History(Store& store, QObject* parent = nullptr);

  /// Reads in what lies below that folder, unless the store knows its pictures: it is new, or the last sitting did not
  /// get to the end of that.
  void start(const QString& outputFolder);

  /// A picture that is on disk; its request is read from there, or is `asked` where it carries none.
  void add(const QString& path, const std::optional<GenerationRequest>& asked = {});
  /// The same for pictures below a folder that were written since and are not known; `done` gets their requests, the
  /// oldest first.
  void adoptNewer(const QString& folder, qint64 since, QObject* context,
                  std::function<void(const QList<GenerationRequest>&)> done);

  void find(const HistoryQuery& query, QObject* context, std::function<void(const HistoryFound&)> done);
  /// Those of them that are still there, in no particular order.
  void read(const QList<qint64>& ids, QObject* context, std::function<void(const QList<HistoryEntry>&)> done);
  void readRequest(qint64 id, QObject* context, std::function<void(const std::optional<PictureRequest>&)> done);
  void readChoices(QObject* context, std::function<void(const HistoryChoices&)> done);
  /// The newest picture of just this request whose file is there; empty when there is none.
  void findEarlier(const GenerationRequest& asked, QObject* context, std::function<void(const QString&)> done);

  void setStarred(qint64 id, bool starred);
  /// Their files stay, and they do not come back by themselves. The number of the removal, by which it is taken back.
  qint64 remove(qint64 id);
  qint64 removeAll();
  void bringBack(qint64 removal);
  /// Its file is gone.
  void forget(qint64 id);

 Q_SIGNALS:
  /// There are others, or fewer, or they are starred otherwise.
  void changed();

 private:
  void readIn(const QStringList& paths);
  qint64 hide(const QString& which);

  Store& store_;
  qint64 lastRemoval_ = 0;
};

}  // namespace tstitch::ui
