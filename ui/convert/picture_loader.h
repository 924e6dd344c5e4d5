#pragma once

#include <QImage>
#include <QObject>
#include <QString>
#include <functional>
#include <optional>

#include "core/picture_text/picture_text_reading.h"
#include "core/request/request_json.h"

namespace tstitch::ui {

/// A picture from disk and the settings it carries: its request where it is one of ours, else another program's text.
struct LoadedPicture {
  QString path;
  QImage image;
  std::optional<GenerationRequest> request;
  Made made;  ///< how a picture of ours was computed
  std::optional<PictureParameters> parameters;
  QString problem;  ///< why there is no picture or no settings; empty when both are there
};

/// Reads both; may be called in any thread.
LoadedPicture loadPicture(const QString& path);

/// Does that in a background thread and calls back in the thread of `context`, unless that is gone by then.
void loadPictureAsync(const QString& path, QObject* context, std::function<void(const LoadedPicture&)> done);

/// The same with the picture brought to at most `side` pixels each way, for tiles.
void loadThumbnailAsync(const QString& path, int side, QObject* context,
                        std::function<void(const LoadedPicture&)> done);

/// Runs `work` in a background thread and calls `done` with its sentence (empty: it went well) in `context`'s thread.
void inBackground(QObject* context, std::function<QString()> work, std::function<void(const QString&)> done);

/// A file that was written, or the sentence that says why there is none.
struct WrittenFile {
  QString path;
  QString problem;
};

/// The same for work that writes a file and returns its path; an Error that it throws is the problem.
void writeInBackground(QObject* context, std::function<QString()> write, std::function<void(const WrittenFile&)> done);

}  // namespace tstitch::ui
