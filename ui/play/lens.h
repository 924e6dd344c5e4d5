#pragma once

#include <QImage>
#include <QPointF>
#include <QString>
#include <QWidget>
#include <optional>

namespace tstitch::ui {

class PictureView;

/// A round glass over the picture that shows the same place of another one. Lies over the whole view, lets every press
/// through and follows the pointer; without a pointer it lies in the middle.
class Lens : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kRadius = 88;

  explicit Lens(PictureView& view);

  /// The other picture, and what it is; a null image while it is being made.
  void setOther(const QImage& image, const QString& words);
  [[nodiscard]] const QString& words() const { return words_; }
  [[nodiscard]] QPointF centre() const;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  PictureView& view_;
  QImage other_;
  QString words_;
  std::optional<QPointF> pointer_;
};

}  // namespace tstitch::ui
