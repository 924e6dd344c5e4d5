#include "ui/convert/picture_loader.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QPointer>
#include <QThreadPool>
#include <utility>

#include "core/base/error.h"
#include "core/formats/picture_text.h"
#include "core/image/image_file.h"
#include "core/request/request_json.h"
#include "ui/convert/image_convert.h"
#include "ui/widgets/call_inbox.h"

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("PictureLoader", text);
}

void readInto(LoadedPicture& loaded) {
  const Picture picture = read_picture(loaded.path.toStdString());
  loaded.image = toQImage(picture.image);
  for (const PictureText& text : picture.texts) {
    if (text.keyword == kRequestKeyword) {
      PictureRequest own = parse_picture_request(text.text, loaded.path.toStdString());
      loaded.request = std::move(own.request);
      loaded.made = std::move(own.made);
    } else if (text.keyword == kParametersKeyword) {
      loaded.parameters = parse_a1111_parameters(text.text);
    }
  }
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
  const QPointer<QObject> alive(context);
  onPool([path, alive, done = std::move(done), inbox = applicationInbox()] {
    inbox->post([alive, done, loaded = loadPicture(path)] {
      if (alive) done(loaded);
    });
  });
}

void inBackground(QObject* context, std::function<QString()> work, std::function<void(const QString&)> done) {
  const QPointer<QObject> alive(context);
  onPool([work = std::move(work), alive, done = std::move(done), inbox = applicationInbox()] {
    inbox->post([alive, done, problem = work()] {
      if (alive) done(problem);
    });
  });
}

}  // namespace tstitch::ui
