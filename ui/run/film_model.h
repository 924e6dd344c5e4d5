#pragma once

#include <QAbstractListModel>
#include <QImage>
#include <QString>
#include <vector>

#include "core/engine/event.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {

/// One frame of a run, at most 128 pixels on its longest side.
struct FilmFrame {
  int evaluation = 0;  ///< 0-based: the picture after it
  DenoiserMark mark = DenoiserMark::Small;
  QImage image;
  QString denoiser = QStringLiteral("small");
};

constexpr int kFilmFrameSide = 128;
FilmFrame filmFrame(int evaluation, const DenoiserName& denoiser, const QImage& image);
FilmFrame filmFrame(const PreviewReady& preview);

/// The frames of one picture. Bounded: of a very long run every other frame is dropped, again and again.
class FilmRoll {
 public:
  static constexpr std::size_t kMostFrames = 256;

  enum class Added { No, AtEnd, AfterThinning };
  Added add(FilmFrame frame);
  [[nodiscard]] const std::vector<FilmFrame>& frames() const { return frames_; }

 private:
  std::vector<FilmFrame> frames_;
  int stride_ = 1;
};

/// The same for a list.
class FilmModel : public QAbstractListModel {
  Q_OBJECT

 public:
  /// FilmFrame
  static constexpr int FrameRole = Qt::UserRole;
  /// True where another denoiser made the frame than the one before it.
  static constexpr int SeamRole = Qt::UserRole + 1;

  using QAbstractListModel::QAbstractListModel;

  void show(FilmRoll roll);
  void add(FilmFrame frame);
  [[nodiscard]] const std::vector<FilmFrame>& frames() const { return roll_.frames(); }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

 private:
  FilmRoll roll_;
};

}  // namespace tstitch::ui

Q_DECLARE_METATYPE(tstitch::ui::FilmFrame)
