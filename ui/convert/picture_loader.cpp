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
  QThreadPool::globalInstance()->start([path, alive, done = std::move(done)] {
    const LoadedPicture loaded = loadPicture(path);
    // The application outlives the pool's tasks; whether the asker still lives is looked at in its own thread.
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [alive, done, loaded] {
          if (alive) done(loaded);
        },
        Qt::QueuedConnection);
  });
}

void inBackground(QObject* context, std::function<QString()> work, std::function<void(const QString&)> done) {
  const QPointer<QObject> alive(context);
  QThreadPool::globalInstance()->start([work = std::move(work), alive, done = std::move(done)] {
    const QString problem = work();
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [alive, done, problem] {
          if (alive) done(problem);
        },
        Qt::QueuedConnection);
  });
}

}  // namespace tstitch::ui
