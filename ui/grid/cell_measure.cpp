#include "ui/grid/cell_measure.h"

#include <memory>

#include "ui/convert/image_convert.h"
#include "ui/convert/picture_loader.h"
#include "ui/grid/ratio_grid_model.h"

namespace tstitch::ui {

CellMeasure::CellMeasure(RatioGridModel& model, QObject* parent) : QObject(parent), model_(model) {
  connect(&model_, &QAbstractItemModel::modelReset, this, [this] {
    ++grid_;
    asked_.clear();
    Q_EMIT measured();
  });
  connect(&model_, &QAbstractItemModel::dataChanged, this,
          [this](const QModelIndex&, const QModelIndex&, const QList<int>& roles) {
            if (roles.contains(Qt::AccessibleTextRole)) look();  // a cell has another state
          });
}

void CellMeasure::look() {
  for (int number = 0; number < model_.cellCount(); ++number) {
    const GridCell& cell = model_.cell(number);
    if (cell.state != CellState::Saved || cell.image.isNull() || asked_.count(number) != 0) continue;
    const auto whole = model_.reference(number);
    if (whole && !model_.cell(*whole).image.isNull()) measure(number, *whole);
  }
}

void CellMeasure::measure(int number, int whole) {
  asked_.insert(number);
  const auto result = std::make_shared<std::optional<PictureDifference>>();
  const auto work = [result, a = model_.cell(whole).image, b = model_.cell(number).image] {
    if (a.size() == b.size()) *result = picture_difference(toImage(a), toImage(b));
    return QString();
  };
  inBackground(this, work, [this, result, number, grid = grid_](const QString&) {
    if (grid != grid_ || !*result) return;
    model_.setDifference(number, **result);
    Q_EMIT measured();
  });
}

}  // namespace tstitch::ui
