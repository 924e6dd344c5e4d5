#include "ui/run/film_model.h"

#include <algorithm>
#include <utility>

#include "ui/convert/image_convert.h"

namespace tstitch::ui {

FilmFrame filmFrame(int evaluation, const DenoiserName& denoiser, const QImage& image) {
  const bool large = std::max(image.width(), image.height()) > kFilmFrameSide;
  return {evaluation, denoiser == "small" ? DenoiserMark::Small : DenoiserMark::Large,
          large ? image.scaled(kFilmFrameSide, kFilmFrameSide, Qt::KeepAspectRatio, Qt::SmoothTransformation) : image,
          QString::fromStdString(denoiser)};
}

FilmFrame filmFrame(const PreviewReady& preview) {
  return filmFrame(preview.evaluation.value, preview.denoiser, toQImage(*preview.image));
}

FilmRoll::Added FilmRoll::add(FilmFrame frame) {
  if (frame.evaluation % stride_ != 0) return Added::No;
  const bool thins = frames_.size() >= kMostFrames;
  if (thins) {
    stride_ *= 2;
    std::erase_if(frames_, [this](const FilmFrame& one) { return one.evaluation % stride_ != 0; });
  }
  if (frame.evaluation % stride_ == 0) frames_.push_back(std::move(frame));
  return thins ? Added::AfterThinning : Added::AtEnd;
}

void FilmModel::show(FilmRoll roll) {
  beginResetModel();
  roll_ = std::move(roll);
  endResetModel();
}

void FilmModel::add(FilmFrame frame) {
  FilmRoll longer = roll_;
  switch (longer.add(std::move(frame))) {
    case FilmRoll::Added::No:
      return;
    case FilmRoll::Added::AfterThinning:
      return show(std::move(longer));
    case FilmRoll::Added::AtEnd:
      beginInsertRows({}, rowCount(), rowCount());
      roll_ = std::move(longer);
      endInsertRows();
  }
}

int FilmModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(frames().size());
}

QVariant FilmModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const FilmFrame& frame = frames()[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return frame.evaluation + 1;
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole:
      return tr("step %1, %2").arg(frame.evaluation + 1).arg(frame.denoiser);
    case FrameRole:
      return QVariant::fromValue(frame);
    case SeamRole:
      return index.row() > 0 && frames()[static_cast<std::size_t>(index.row()) - 1].denoiser != frame.denoiser;
    default:
      return {};
  }
}

}  // namespace tstitch::ui
