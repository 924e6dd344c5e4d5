#pragma once

#include <QAbstractListModel>
#include <QWidget>
#include <optional>
#include <vector>

#include "core/jobs/ratio_plot.h"

namespace tstitch::ui {

/// The points of a plot as lines of text: "40 %: 2.1 s, RMS 0.021, SSIM 0.93", the knee's ends ", knee".
class RatioPlotModel : public QAbstractListModel {
  Q_OBJECT

 public:
  using QAbstractListModel::QAbstractListModel;

  void show(std::vector<RatioPoint> points);
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] const std::vector<RatioPoint>& points() const { return points_; }
  [[nodiscard]] std::optional<std::size_t> knee() const { return knee_; }

 private:
  std::vector<RatioPoint> points_;
  std::optional<std::size_t> knee_;
};

/// Seconds across, the difference to the 0 % pictures up, both from the least to the most that was measured, and a ring
/// around the knee.
class RatioPlotView : public QWidget {
  Q_OBJECT

 public:
  explicit RatioPlotView(const RatioPlotModel& model, QWidget* parent = nullptr);
  [[nodiscard]] QSize sizeHint() const override { return {320, 160}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  [[nodiscard]] QRectF area() const;
  [[nodiscard]] QPointF place(const RatioPoint& point) const;
  [[nodiscard]] std::optional<QRectF> labelAt(QPointF spot, const QString& text,
                                              const std::vector<QRectF>& taken) const;
  [[nodiscard]] QString rmsText() const;
  void paintAxes(QPainter& painter) const;
  void paintLabels(QPainter& painter) const;

  const RatioPlotModel& model_;
};

}  // namespace tstitch::ui
