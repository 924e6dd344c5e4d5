#pragma once

#include <QListView>
#include <optional>
#include <vector>

#include "ui/run/film_model.h"

namespace tstitch::ui {

/// Every preview of a picture side by side, the seam marked: the list named `Filmstrip`. Pointing at a frame looks at
/// it; a click, a key or a press by an assistive tool holds it until another picture is shown or Escape lets it go.
class Filmstrip : public QListView {
  Q_OBJECT

 public:
  explicit Filmstrip(QWidget* parent = nullptr);

  /// The frames of another picture; none where they are not known.
  void setRoll(FilmRoll roll);
  void add(const FilmFrame& frame);
  [[nodiscard]] const std::vector<FilmFrame>& frames() const { return model_->frames(); }

  /// The frame that is held; null when none is.
  [[nodiscard]] const FilmFrame* held() const;
  void letGo();

  [[nodiscard]] QSize sizeHint() const override;

 Q_SIGNALS:
  /// A frame is looked at or held; a null image when none is any longer.
  void frameShown(const QImage& image, int evaluation);
  void heldChanged();

 protected:
  bool event(QEvent* event) override;
  bool viewportEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;

 private:
  void look(int row);
  void describe();
  void announceFrames();

  FilmModel* model_;
  int looked_ = -1;
  bool follows_ = true;  ///< the newest frame, until somebody scrolls
};

}  // namespace tstitch::ui
