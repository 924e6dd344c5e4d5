#include "ui/history/history_entry.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QStringList>
#include <cmath>

#include "core/jobs/stored_request.h"

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("HistoryEntry", text);
}

QString pairOf(const GenerationRequest& request) {
  QStringList names;
  for (const DenoiserChoice& denoiser : request.denoisers) names << QString::fromStdString(denoiser.model.name);
  return names.join(QStringLiteral(" + "));
}

QString wordsOf(const GenerationRequest& request, const HistoryEntry& entry) {
  QStringList words{entry.subject, QString::fromStdString(request.negative_prompt.value_or(std::string())), entry.pair,
                    QFileInfo(entry.path).fileName()};
  for (const LoraChoice& lora : request.loras) words << QString::fromStdString(lora.model.name);
  return searchable(words.join(u'\n'));
}

std::optional<double> secondsOf(const Made& made) {
  if (made.seconds.empty()) return std::nullopt;
  double all = 0;
  for (const auto& [denoiser, seconds] : made.seconds) all += seconds;
  return all;
}

}  // namespace

QString shortFacts(const HistoryEntry& entry) {
  QString facts = tr("%1 %, seed %2").arg(QString::number(entry.percent), QString::number(entry.seed));
  if (entry.seconds) facts += tr(", %1 s").arg(QLocale().toString(*entry.seconds, 'f', 1));
  return facts;
}

QString spokenName(const HistoryEntry& entry) {
  return QStringLiteral("%1: \"%2\", %3").arg(entry.path, entry.subject, shortFacts(entry));
}

QString subjectOf(const GenerationRequest& request) {
  return request.class_label ? tr("class %1").arg(*request.class_label) : QString::fromStdString(request.prompt);
}

int percentOf(const GenerationRequest& request) {
  if (const auto* ratio = std::get_if<RatioSplit>(&request.split)) return ratio->shares.front().value;
  int small = 0, all = 0;
  for (const Segment& segment : std::get<SegmentSplit>(request.split).segments) {
    all += segment.evaluations;
    small += segment.denoiser == "small" ? segment.evaluations : 0;
  }
  return all == 0 ? 0 : static_cast<int>(std::lround(100.0 * small / all));
}

QByteArray keyOf(const GenerationRequest& request) {
  return QCryptographicHash::hash(QByteArray::fromStdString(to_json(request)), QCryptographicHash::Sha256);
}

QString searchable(const QString& text) {
  return text.normalized(QString::NormalizationForm_KC).toCaseFolded();
}

HistoryRecord recordOf(const QString& path, const PictureRequest& picture) {
  HistoryRecord record;
  const QFileInfo file(path);
  record.entry.path = QDir::cleanPath(file.absoluteFilePath());
  record.entry.subject = subjectOf(picture.request);
  record.entry.pair = pairOf(picture.request);
  record.entry.percent = percentOf(picture.request);
  record.entry.seed = picture.request.seed;
  record.entry.seconds = secondsOf(picture.made);
  record.entry.madeAt = file.lastModified().toMSecsSinceEpoch();
  record.words = wordsOf(picture.request, record.entry);
  record.json = QString::fromStdString(picture_request_json(picture.request, picture.made));
  return record;
}

HistoryRecord readRecord(const QString& path) {
  return recordOf(path, stored_request(path.toStdString()));
}

}  // namespace tstitch::ui
