#include "ui/settings/preferences_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QStandardItemModel>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>
#include <vector>

#include "ui/settings/engine_list.h"
#include "ui/settings/preferences.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_fields.h"

namespace tstitch::ui {
namespace {

/// A combo box that shows a setting and writes what is chosen back into it.
template <class T>
QComboBox* choiceFor(Setting<T>& setting, const QString& name, const std::vector<std::pair<T, QString>>& choices) {
  auto* box = new QComboBox;
  box->setAccessibleName(name);
  for (const auto& [value, text] : choices) {
    box->addItem(text);
    if (value == setting.get()) box->setCurrentIndex(box->count() - 1);
  }
  QObject::connect(box, &QComboBox::currentIndexChanged, box,
                   [&setting, choices](int index) { setting.set(choices[static_cast<std::size_t>(index)].first); });
  return box;
}

WholeField* numberFor(Setting<int>& setting, const QString& name, int least, int most) {
  auto* box = new WholeField;
  box->setAccessibleName(name);
  box->setRange(least, most);
  box->setValue(setting.get());
  QObject::connect(box, &QSpinBox::valueChanged, box, [&setting](int value) { setting.set(value); });
  return box;
}

}  // namespace

PreferencesDialog::PreferencesDialog(Preferences& preferences, Theme* theme, const QString& givenFolder,
                                     std::vector<Precision> fast, EngineRack& engines, QWidget* parent)
    : QDialog(parent), preferences_(preferences), theme_(theme), fast_(std::move(fast)) {
  setWindowTitle(tr("Preferences"));
  setMinimumWidth(460);
  auto* form = new QFormLayout;
  form_ = form;
  form->setVerticalSpacing(12);
  form->setHorizontalSpacing(24);
  form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  addLook(form);
  addOutput(form, givenFolder);
  addEngine(form, engines);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(24, 24, 24, 16);
  layout->setSpacing(24);
  layout->addLayout(form);
  layout->addWidget(buttons);
}

void PreferencesDialog::addRow(const QString& caption, QWidget* field) {
  form_->addRow(caption, field);
}

void PreferencesDialog::addLook(QFormLayout* form) {
  auto* look = choiceFor<ThemeChoice>(preferences_.theme, tr("Theme"),
                                      {{ThemeChoice::System, tr("As the desktop")},
                                       {ThemeChoice::Light, tr("Light")},
                                       {ThemeChoice::Dark, tr("Dark")}});
  connect(look, &QComboBox::currentIndexChanged, this, [this] {
    if (theme_ != nullptr) theme_->choose(preferences_.theme.get());
  });
  form->addRow(tr("Theme"), look);
  form->addRow(tr("Preview"), choiceFor<PreviewKind>(preferences_.previewKind, tr("Preview"),
                                                     {{PreviewKind::None, tr("Off")},
                                                      {PreviewKind::Linear, tr("Fast (linear)")},
                                                      {PreviewKind::Tiny, tr("Better (tiny decoder)")},
                                                      {PreviewKind::Full, tr("Full decoder")}}));
  form->addRow(tr("Preview every"), numberFor(preferences_.previewEvery, tr("Preview every"), 1, 100));
  auto* idle = new QCheckBox(tr("Finish neighbouring ratios while nothing else is to do"));
  idle->setToolTip(tr("Dragging the seam then turns over finished pictures; never on battery"));
  idle->setChecked(preferences_.idlePictures.get());
  connect(idle, &QCheckBox::toggled, this, [this](bool on) { preferences_.idlePictures.set(on); });
  form->addRow(QString(), idle);
}

void PreferencesDialog::addOutput(QFormLayout* form, const QString& givenFolder) {
  const bool given = !givenFolder.isEmpty();
  auto* folder = new QLineEdit(given ? givenFolder : preferences_.outputFolder.get());
  folder->setAccessibleName(tr("Output folder"));
  folder->setPlaceholderText(preferences_.effectiveOutputFolder());
  connect(folder, &QLineEdit::textChanged, this,
          [this](const QString& text) { preferences_.outputFolder.set(text.trimmed()); });
  form->addRow(tr("Output folder"), folder);
  if (given) {
    const QString why = tr("Given at the start by --output; the folder chosen here before counts again without it.");
    folder->setReadOnly(true);
    folder->setAccessibleDescription(why);
    auto* note = remark();
    note->setText(why);
    form->addRow(QString(), note);
  }
  auto* metadata = new QCheckBox(tr("Write the settings into each picture"));
  metadata->setChecked(preferences_.metadata.get());
  connect(metadata, &QCheckBox::toggled, this, [this](bool on) { preferences_.metadata.set(on); });
  form->addRow(QString(), metadata);
}

QComboBox* PreferencesDialog::precisionChoice() {
  const std::vector<std::pair<Precision, QString>> choices{{Precision::Auto, tr("Automatic")},
                                                           {Precision::Fp32, QStringLiteral("fp32")},
                                                           {Precision::Fp16, QStringLiteral("fp16")},
                                                           {Precision::Bf16, QStringLiteral("bf16")}};
  auto* box = choiceFor<Precision>(preferences_.precision, tr("Precision"), choices);
  const auto* items = qobject_cast<QStandardItemModel*>(box->model());
  for (int i = 0; i < box->count(); ++i) {
    const Precision precision = choices[static_cast<std::size_t>(i)].first;
    const bool canBeChosen = precision == Precision::Auto || preferences_.device.get() == DeviceKind::Cuda ||
                             std::find(fast_.begin(), fast_.end(), precision) != fast_.end();
    if (canBeChosen || items == nullptr) continue;
    items->item(i)->setEnabled(false);
    items->item(i)->setToolTip(tr("This machine computes it far slower than fp32"));
  }
  return box;
}

void PreferencesDialog::addEngine(QFormLayout* form, EngineRack& engines) {
  form->addRow(tr("Device"), choiceFor<DeviceKind>(preferences_.device, tr("Device"),
                                                   {{DeviceKind::Auto, tr("Automatic")},
                                                    {DeviceKind::Cpu, tr("CPU")},
                                                    {DeviceKind::Cuda, tr("CUDA")}}));
  form->addRow(tr("Precision"), precisionChoice());
  auto* threads = numberFor(preferences_.threads, tr("Threads"), 0, 1024);
  threads->setLeastText(tr("As many as this program may use"));
  form->addRow(tr("Threads"), threads);
  form->addRow(tr("Engines"), new EngineList(engines, preferences_));
}

}  // namespace tstitch::ui
