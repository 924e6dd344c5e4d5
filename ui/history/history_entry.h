#pragma once

#include <QByteArray>
#include <QMetaType>
#include <QString>
#include <optional>

#include "core/request/request_json.h"

namespace tstitch::ui {

/// A picture as a row of the history shows it.
struct HistoryEntry {
  qint64 id = 0;
  QString path;     ///< absolute
  QString subject;  ///< its prompt, or its class
  QString pair;     ///< the names of its denoisers' models
  int percent = 0;  ///< the share of the small denoiser
  quint64 seed = 0;
  std::optional<double> seconds;  ///< of its evaluations; none where the picture does not say so
  qint64 madeAt = 0;              ///< milliseconds since 1970
  bool starred = false;

  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

/// An entry with what only the store needs.
struct HistoryRecord {
  HistoryEntry entry;
  QString words;     ///< what is searched, in one case
  QByteArray asked;  ///< of the request as it was asked; empty where that is not known
  QString json;      ///< the whole request, and how the picture was made
};

/// `path: "prompt", 40 %, seed 7, 2.1 s`, as assistive tools hear it.
QString spokenName(const HistoryEntry& entry);
/// `40 %, seed 7, 2.1 s`
QString shortFacts(const HistoryEntry& entry);

/// The prompt, or `class 207`.
QString subjectOf(const GenerationRequest& request);
/// The share of the small denoiser's evaluations.
int percentOf(const GenerationRequest& request);
/// Equal for equal requests only.
QByteArray keyOf(const GenerationRequest& request);
/// As it is compared with what the search box holds.
QString searchable(const QString& text);

/// A picture that lies there, made by that request.
HistoryRecord recordOf(const QString& path, const PictureRequest& picture);
/// The same from what the file carries. Throws BadInput where it carries no request of ours.
HistoryRecord readRecord(const QString& path);

}  // namespace tstitch::ui

Q_DECLARE_METATYPE(tstitch::ui::HistoryEntry)
