#pragma once

#include <QImage>
#include <QWidget>
#include <optional>
#include <vector>

#include "core/engine/event.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {

/// One frame of a run, at most 128 pixels on its longest side.
struct FilmFrame {
  int evaluation = 0;  ///< 0-based: the picture after it
  DenoiserMark mark = DenoiserMark::Small;
  QImage image;
};

/// Every preview of a run side by side, the seam marked; hovering or the arrow keys look at one in the big view.
/// Bounded: of a very long run every other frame is dropped, again and again.
class Filmstrip : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kFrameSide = 128;
  static constexpr std::size_t kMostFrames = 256;

  explicit Filmstrip(QWidget* parent = nullptr);

  /// Empties the strip for a run of that many evaluations.
  void begin(int evaluations);
  void add(const PreviewReady& preview);
  [[nodiscard]] const std::vector<FilmFrame>& frames() const { return frames_; }

  [[nodiscard]] QSize sizeHint() const override { return {400, 64}; }

 Q_SIGNALS:
  /// A frame is looked at (hover, click, keys); a null image when no longer.
  void frameShown(const QImage& image, int evaluation);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  [[nodiscard]] QRectF cell(int evaluation) const;
  [[nodiscard]] QRectF frameRect(std::size_t index) const;
  void look(std::optional<std::size_t> index);

  std::vector<FilmFrame> frames_;
  std::optional<std::size_t> looked_;
  int evaluations_ = 0;
  int stride_ = 1;
};

}  // namespace tstitch::ui
