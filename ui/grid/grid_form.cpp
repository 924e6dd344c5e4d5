#include "ui/grid/grid_form.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "ui/settings/studio_state.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_reading.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

const QString kRatio = QStringLiteral("ratio");
const QString kSeed = QStringLiteral("seed");
const QString kPrompt = QStringLiteral("prompt");

/// A list as any language writes it; a comma or a semicolon stands between values. Prompts stay as they are.
std::string listText(const QString& axis, const QString& text) {
  if (axis == kPrompt) return text.trimmed().toStdString();
  return plainDigits(text).replace(u';', u',').replace(QChar(0x061B), u',').trimmed().toStdString();
}

/// What one may write there.
QString exampleFor(const QString& axis) {
  if (axis == QLatin1String("steps")) return QStringLiteral("10, 20..50 (+10)");
  if (axis == QLatin1String("sampler")) return QStringLiteral("ddim, euler, dpmpp-2m");
  if (axis == QLatin1String("spacing")) return QStringLiteral("leading, trailing, karras");
  if (axis == QLatin1String("guidance")) return QStringLiteral("2..8 (+1.5)");
  if (axis == kPrompt) return QStringLiteral("fox=>owl, fox=>panda");
  if (axis == QLatin1String("class")) return QStringLiteral("1, 207, 400-403");
  if (axis == QLatin1String("pair")) return QStringLiteral("miniature");
  if (axis == QLatin1String("lora") || axis == QLatin1String("control")) return QStringLiteral("0..1 (+0.25)");
  return axis == kRatio ? QStringLiteral("0..100 (+10)") : QStringLiteral("3, 4, 7-9");
}

/// The values as one writes them there, in quotes where they hold a comma.
QString textOf(const GridAxis& axis) {
  QStringList values;
  for (const std::string& each : axis.values) {
    QString value = QString::fromStdString(each);
    if (axis.name == "ratio" && value.endsWith(u'%')) value.chop(1);
    const bool isQuoted = value.contains(u',') || value.contains(u'"') || value.trimmed() != value;
    values << (isQuoted ? u'"' + value.replace(u'"', QStringLiteral("\"\"")) + u'"' : value);
  }
  return values.join(QStringLiteral(", "));
}

QComboBox* axisBox(const QString& name, const QString& chosen) {
  auto* box = new QComboBox;
  box->setAccessibleName(name);
  for (const std::string_view axis : axis_names()) {
    box->addItem(QString::fromUtf8(axis.data(), static_cast<qsizetype>(axis.size())));
  }
  box->setCurrentText(chosen);
  return box;
}

}  // namespace

GridTexts textsOf(const GridRecord& record) {
  GridTexts texts;
  const auto take = [&texts](const GridAxis& axis, QString& name) {
    name = QString::fromStdString(axis.name);
    texts.values[name] = textOf(axis);
  };
  const auto isAcross = [&record](const GridAxis& axis) { return axis.name == record.across; };
  auto across = std::find_if(record.axes.begin(), record.axes.end(), isAcross);
  if (across == record.axes.end()) across = record.axes.begin();
  for (auto axis = record.axes.begin(); axis != record.axes.end(); ++axis) {
    if (axis == across) {
      take(*axis, texts.columns);
    } else if (texts.rows.isEmpty()) {
      take(*axis, texts.rows);
    }
  }
  if (!texts.rows.isEmpty()) return texts;
  // One axis alone: the other one stays empty.
  texts.rows = texts.columns == kSeed ? kRatio : kSeed;
  texts.values[texts.rows] = QString();
  return texts;
}

GridForm::GridForm(QWidget* parent)
    : QWidget(parent), columns_(axisBox(tr("Columns"), kRatio)), rows_(axisBox(tr("Rows"), kSeed)) {
  texts_[kRatio] = QStringLiteral("0, 20, 40, 60, 80, 100");
  addField(tr("Ratios"), kRatio, columns_)->setToolTip(tr("Percent given to the small denoiser: 0, 20, 40"));
  addField(tr("Column values"), {}, columns_);
  addField(tr("Seeds"), kSeed, rows_)->setToolTip(tr("Seeds: 3, 4, 7-9. Empty: the seed of Create"));
  addField(tr("Row values"), {}, rows_);
  layOut();
  for (QComboBox* box : {columns_, rows_}) {
    connect(box, &QComboBox::currentTextChanged, this, [this] {
      showAxes();
      read();
      Q_EMIT edited();
    });
  }
  showAxes();
  read();
}

QLineEdit* GridForm::addField(const QString& name, const QString& fixedAxis, QComboBox* axis) {
  auto* line = new QLineEdit;
  line->setAccessibleName(name);
  fields_.push_back({line, fixedAxis, axis});
  connect(line, &QLineEdit::textChanged, this, [this, field = fields_.back()] {
    takeText(field);
    read();
    Q_EMIT edited();
  });
  return line;
}

void GridForm::layOut() {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(12);
  const auto add = [&](const QString& caption, QComboBox* box) {
    layout->addWidget(captioned(caption, box));
    auto* lines = new QWidget;
    auto* column = new QVBoxLayout(lines);
    column->setContentsMargins(0, 0, 0, 0);
    for (const Field& field : fields_) {
      if (field.axis == box) column->addWidget(field.line);
    }
    layout->addWidget(captioned(tr("Values"), lines), 1);
  };
  add(tr("Columns"), columns_);
  add(tr("Rows"), rows_);
}

QString GridForm::columns() const {
  return columns_->currentText();
}

QString GridForm::axisOf(const Field& field) const {
  return field.fixedAxis.isEmpty() ? field.axis->currentText() : field.fixedAxis;
}

/// All fields of one axis hold one text.
void GridForm::takeText(const Field& field) {
  const QString axis = axisOf(field);
  texts_[axis] = field.line->text();
  for (const Field& other : fields_) {
    if (other.line == field.line || axisOf(other) != axis || other.line->text() == field.line->text()) continue;
    const QSignalBlocker silence(other.line);
    other.line->setText(field.line->text());
  }
}

void GridForm::showAxes() {
  for (const Field& field : fields_) {
    const QString axis = axisOf(field);
    const QSignalBlocker silence(field.line);
    if (field.line->text() != texts_[axis]) field.line->setText(texts_[axis]);
    const bool seeds = axis == kSeed;
    field.line->setPlaceholderText(seeds ? QString::number(base_.request.seed) : exampleFor(axis));
    // Of the two fields of a place the one that is named for its axis is seen.
    const QString chosen = field.axis->currentText();
    const bool named = chosen == (field.axis == columns_ ? kRatio : kSeed);
    field.line->setVisible(field.fixedAxis.isEmpty() ? !named : named);
  }
}

void GridForm::setBase(GridBase base) {
  base_ = std::move(base);
  showAxes();
  read();
}

std::vector<GridAxis> GridForm::readAxes() const {
  std::vector<GridAxis> axes;
  for (const QComboBox* box : {columns_, rows_}) {
    const QString axis = box->currentText();
    const std::string text = listText(axis, texts_.count(axis) == 0 ? QString() : texts_.at(axis));
    if (!text.empty()) {
      axes.push_back(parse_axis(axis.toStdString(), text, BareRatio::AsPercent));
    } else if (axis == kSeed) {
      axes.push_back({"seed", {concat(base_.request.seed)}});
    }
  }
  if (axes.empty()) throw UsageError("Write values for the columns or the rows.");
  return axes;
}

void GridForm::read() {
  wanted_.reset();
  problem_ = base_.problems;
  try {
    const std::vector<GridAxis> axes = readAxes();
    wanted_ = WantedGrid{axes, grid_cells(base_.request, axes, base_.pairs)};
  } catch (const Error& error) {
    if (problem_.isEmpty()) problem_ = inWindowWords(error.sentence());
  }
  mark();
  Q_EMIT changed();
}

/// Marks the fields whose text is no list.
void GridForm::mark() {
  for (const Field& field : fields_) {
    const QString axis = axisOf(field);
    QString sentence;
    try {
      const std::string text = listText(axis, field.line->text());
      if (!text.empty()) static_cast<void>(parse_axis(axis.toStdString(), text, BareRatio::AsPercent));
    } catch (const Error& error) {
      sentence = QString::fromStdString(error.sentence());
    }
    markUnreadable(field.line, sentence);
  }
}

void GridForm::setAxes(const QString& columns, const QString& columnValues, const QString& rows,
                       const QString& rowValues) {
  texts_[columns] = columnValues;
  texts_[rows] = rowValues;
  columns_->setCurrentText(columns);
  rows_->setCurrentText(rows);
  showAxes();
  read();
  Q_EMIT edited();
}

GridTexts GridForm::texts() const {
  return {columns_->currentText(), rows_->currentText(), texts_};
}

void GridForm::setTexts(const GridTexts& texts) {
  for (const auto& [axis, text] : texts.values) texts_[axis] = text;
  {
    const QSignalBlocker silentColumns(columns_), silentRows(rows_);
    columns_->setCurrentText(texts.columns);
    rows_->setCurrentText(texts.rows);
  }
  showAxes();
  read();
  Q_EMIT edited();
}

void GridForm::restore(const StudioState& state) {
  texts_[kRatio] = state.ratios.get();
  texts_[kSeed] = state.seeds.get();
  columns_->setCurrentText(state.gridColumns.get());
  rows_->setCurrentText(state.gridRows.get());
  for (const QComboBox* box : {columns_, rows_}) {
    const QString axis = box->currentText();
    if (axis == kRatio || axis == kSeed) continue;
    texts_[axis] = box == columns_ ? state.columnValues.get() : state.rowValues.get();
  }
  showAxes();
  read();
}

void GridForm::store(StudioState& state) const {
  const auto text = [&](const QString& axis) { return texts_.count(axis) == 0 ? QString() : texts_.at(axis); };
  state.ratios.set(text(kRatio));
  state.seeds.set(text(kSeed));
  state.gridColumns.set(columns_->currentText());
  state.gridRows.set(rows_->currentText());
  state.columnValues.set(text(columns_->currentText()));
  state.rowValues.set(text(rows_->currentText()));
}

}  // namespace tstitch::ui
