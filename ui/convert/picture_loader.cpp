#include "ui/convert/picture_loader.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QPointer>
#include <QThreadPool>
#include <utility>

#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/picture_text/picture_text.h"
#include "core/request/request_json.h"
#include "ui/convert/image_convert.h"
#include "ui/widgets/call_inbox.h"

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("tstitch::ui", text);
}

void readInto(LoadedPicture& loaded) {
  const Picture picture = read_picture(loaded.path.toStdString());
  loaded.image = toQImage(picture.image);
  for (const PictureText& text : picture.texts) {
    if (text.keyword != kRequestKeyword) continue;
    PictureRequest own = parse_picture_request(text.text, loaded.path.toStdString());
    loaded.request = std::move(own.request);
    loaded.made = std::move(own.made);
  }
  if (!loaded.request) loaded.parameters = read_picture_texts(picture.texts);
  if (!loaded.request && !loaded.parameters) loaded.problem = tr("This picture carries no settings.");
}

/// Where answers of background work come in. The application outlives the pool's tasks; whether the asker still lives
/// is looked at in its own thread.
CallInbox* applicationInbox() {
  static QPointer<CallInbox> inbox;
  if (!inbox) inbox = new CallInbox(QCoreApplication::instance());
  return inbox;
}

CallQueue& poolCalls() {
  static CallQueue calls;
  return calls;
}

void onPool(std::function<void()> work) {
  poolCalls().push(std::move(work));
  QThreadPool::globalInstance()->start([] { poolCalls().callOne(); });
}

/// Works in a thread of the pool and calls `done` with the result in the thread of `context`, unless that is gone.
template <class Work, class Done>
void callBack(QObject* context, Work work, Done done) {
  const QPointer<QObject> alive(context);
  onPool([work = std::move(work), alive, done = std::move(done), inbox = applicationInbox()] {
    inbox->post([alive, done, result = work()] {
      if (alive) done(result);
    });
  });
}

}  // namespace

LoadedPicture loadPicture(const QString& path) {
  LoadedPicture loaded;
  loaded.path = QFileInfo(path).absoluteFilePath();
  try {
    readInto(loaded);
  } catch (const Error& error) {
    loaded.problem = QString::fromStdString(error.sentence());
  }
  return loaded;
}

void loadPictureAsync(const QString& path, QObject* context, std::function<void(const LoadedPicture&)> done) {
  callBack(
      context, [path] { return loadPicture(path); }, std::move(done));
}

void loadThumbnailAsync(const QString& path, int side, QObject* context,
                        std::function<void(const LoadedPicture&)> done) {
  const auto load = [path, side] {
    LoadedPicture loaded = loadPicture(path);
    if (loaded.image.width() > side || loaded.image.height() > side) {
      loaded.image = loaded.image.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    }
    return loaded;
  };
  callBack(context, load, std::move(done));
}

void inBackground(QObject* context, std::function<QString()> work, std::function<void(const QString&)> done) {
  callBack(context, std::move(work), std::move(done));
}

void writeInBackground(QObject* context, std::function<QString()> write, std::function<void(const WrittenFile&)> done) {
  const auto work = [write = std::move(write)]() -> WrittenFile {
    try {
      return {write(), {}};
    } catch (const Error& error) {
      return {{}, QString::fromStdString(error.sentence())};
    }
  };
  callBack(context, work, std::move(done));
}

}  // namespace tstitch::ui
