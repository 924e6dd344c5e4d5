#include "ui/models/choose_models_dialog.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QResizeEvent>
#include <QScreen>
#include <QScrollArea>
#include <QStringList>
#include <QVBoxLayout>
#include <algorithm>

#include "core/system/host.h"
#include "ui/additions/model_field.h"
#include "ui/run/run_progress.h"
#include "ui/widgets/captions.h"

namespace tstitch::ui {
namespace {

QString predictionName(Prediction prediction) {
  switch (prediction) {
    case Prediction::Epsilon:
      return ChooseModelsDialog::tr("predicts the noise");
    case Prediction::V:
      return ChooseModelsDialog::tr("predicts v");
    case Prediction::Sample:
      return ChooseModelsDialog::tr("predicts the picture");
    case Prediction::Flow:
      break;
  }
  return ChooseModelsDialog::tr("predicts the flow");
}

QStringList sentences(const std::vector<std::string>& texts) {
  QStringList list;
  for (const std::string& text : texts) list << QString::fromStdString(text);
  return list;
}

}  // namespace

QString factsText(const ModelFacts& facts) {
  QStringList parts{QString::fromStdString(facts.family), QString::fromStdString(facts.network_class)};
  parts << ChooseModelsDialog::tr("%1 M parameters")
               .arg(QLocale().toString(static_cast<double>(facts.parameters) / 1e6, 'f', 1));
  parts << QString::fromStdString(facts.dtype);
  parts << ChooseModelsDialog::tr("%1 latent channels").arg(facts.latent_channels);
  if (facts.latent) parts << ChooseModelsDialog::tr("%1 pixels a latent").arg(facts.latent->factor);
  if (facts.scheduler) parts << predictionName(facts.scheduler->prediction);
  parts << ChooseModelsDialog::tr("text width %1").arg(facts.context_width);
  parts.removeAll(QString());
  return parts.join(QStringLiteral(" \u00b7 "));
}

QString verdictText(const ModelFacts& large, const ModelFacts& small) {
  const StitchVerdict verdict = check_stitch(large, small);
  QStringList lines;
  if (verdict.stitch) {
    lines << ChooseModelsDialog::tr("These two stitch.");
  } else {
    lines << ChooseModelsDialog::tr("These two do not stitch:") << sentences(verdict.reasons);
  }
  lines << sentences(verdict.warnings) << sentences(verdict.notes);
  const std::int64_t need = large.network_bytes_fp32 + small.network_bytes_fp32 + large.other_bytes_fp32;
  const auto free = static_cast<std::int64_t>(host_memory().available);
  lines
      << ChooseModelsDialog::tr("Memory: the pair needs about %1; %2 are free.").arg(bytesText(need), bytesText(free));
  if (need > free) lines << ChooseModelsDialog::tr("That is more than is free: close other programs first.");
  return lines.join(QLatin1Char('\n'));
}

bool lacksAutoencoder(const ModelFacts& large) {
  return large.latent && large.latent->presumed;
}

ChooseModelsDialog::ChooseModelsDialog(EngineClient& engine, QWidget* parent)
    : QDialog(parent),
      engine_(engine),
      large_(new QLineEdit),
      small_(new QLineEdit),
      vae_(new QLineEdit),
      largeFacts_(remark()),
      smallFacts_(remark()),
      vaeFacts_(remark()),
      vaeBox_(buildField(vae_, vaeFacts_, tr("Autoencoder"))),
      verdict_(new QLabel),
      scroll_(new QScrollArea),
      use_(nullptr) {
  setWindowTitle(tr("Choose models"));
  setMinimumWidth(600);
  resize(640, 480);
  verdict_->setWordWrap(true);
  vaeFacts_->setText(tr("The large model has no autoencoder of its own: give the one that it was trained with."));
  vaeBox_->hide();
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  use_ = buttons->addButton(tr("Use this pair"), QDialogButtonBox::AcceptRole);
  use_->setEnabled(false);
  auto* content = new QWidget;
  auto* layout = new QVBoxLayout(content);
  layout->setContentsMargins(24, 24, 24, 8);
  layout->setSpacing(16);
  layout->addWidget(
      remark(tr("Two models of one latent space: the small one starts the picture, the large one ends it.")));
  layout->addWidget(buildField(large_, largeFacts_, tr("Large model")));
  layout->addWidget(buildField(small_, smallFacts_, tr("Small model")));
  layout->addWidget(vaeBox_);
  layout->addWidget(verdict_);
  layout->addStretch(1);
  scroll_->setWidget(content);
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* foot = new QHBoxLayout;
  foot->setContentsMargins(24, 8, 24, 16);
  foot->addWidget(buttons);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->setSpacing(0);
  whole->addWidget(scroll_, 1);
  whole->addLayout(foot);
  typing_.setSingleShot(true);
  typing_.setInterval(300);
  connect(&typing_, &QTimer::timeout, this, &ChooseModelsDialog::inspectNow);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, [this] {
    Q_EMIT pairChosen(places());
    accept();
  });
}

QWidget* ChooseModelsDialog::buildField(QLineEdit* field, QLabel* facts, const QString& caption) {
  field->setAccessibleName(caption);
  field->setPlaceholderText(tr("Folder or file"));
  auto* browseButton = new QPushButton(tr("Browse"));
  browseButton->setAccessibleName(tr("Browse: %1").arg(caption));
  auto* kinds = new QMenu(browseButton);
  kinds->addAction(tr("Folder..."), this, [this, field] { browse(field, false); });
  kinds->addAction(tr("File..."), this, [this, field] { browse(field, true); });
  browseButton->setMenu(kinds);
  auto* row = new QWidget;
  auto* rowLayout = new QHBoxLayout(row);
  rowLayout->setContentsMargins(0, 0, 0, 0);
  rowLayout->addWidget(field, 1);
  rowLayout->addWidget(browseButton);
  auto* box = captioned(caption, row);
  box->layout()->addWidget(facts);
  connect(field, &QLineEdit::textChanged, this, [this] {
    use_->setEnabled(false);
    typing_.start();
  });
  return box;
}

void ChooseModelsDialog::setPlaces(const ModelPlaces& places) {
  large_->setText(QString::fromStdString(places.large));
  small_->setText(QString::fromStdString(places.small));
  vae_->setText(QString::fromStdString(places.vae));
}

ModelPlaces ChooseModelsDialog::places() const {
  const auto placeIn = [](const QLineEdit* field) { return field->text().trimmed().toStdString(); };
  return {placeIn(large_), placeIn(small_), vaeBox_->isHidden() ? std::string() : placeIn(vae_)};
}

void ChooseModelsDialog::browse(QLineEdit* field, bool asFile) {
  const QFileInfo now(field->text());
  auto* chooser = new QFileDialog(this, tr("Choose a model"), now.isFile() ? now.path() : now.filePath());
  chooser->setAttribute(Qt::WA_DeleteOnClose);
  chooser->setFileMode(asFile ? QFileDialog::ExistingFile : QFileDialog::Directory);
  connect(chooser, &QFileDialog::fileSelected, field, &QLineEdit::setText);
  chooser->open();
}

void ChooseModelsDialog::inspectNow() {
  largeModel_.reset();
  smallModel_.reset();
  largeFacts_->clear();
  smallFacts_->clear();
  verdict_->clear();
  inspect(large_);
  inspect(small_);
}

/// An answer to what the field no longer says is none.
void ChooseModelsDialog::inspect(QLineEdit* field) {
  const QString place = field->text().trimmed();
  if (place.isEmpty()) return;
  engine_.askNewest(field, inspecting({place.toStdString()}),
                    [this, field, place](const Reply<std::vector<ModelFacts>>& reply) {
                      if (field->text().trimmed() == place) showInspection(field == large_, inspectionOf(reply));
                    });
}

void ChooseModelsDialog::showInspection(bool isLarge, const Inspection& inspection) {
  auto& model = isLarge ? largeModel_ : smallModel_;
  if (!inspection.models.empty()) model = inspection.models.front();
  (isLarge ? largeFacts_ : smallFacts_)
      ->setText(model ? factsText(*model) : notFoundText((isLarge ? large_ : small_)->text().trimmed(), inspection));
  showVerdict();
  growToTexts();
}

void ChooseModelsDialog::showVerdict() {
  vaeBox_->setVisible(largeModel_ && lacksAutoencoder(*largeModel_));
  if (!largeModel_ || !smallModel_) return;
  verdict_->setText(verdictText(*largeModel_, *smallModel_));
  const bool whole = vaeBox_->isHidden() || !places().vae.empty();
  use_->setEnabled(whole && check_stitch(*largeModel_, *smallModel_).stitch);
}

/// Up to what the screen holds; beyond that the texts scroll.
void ChooseModelsDialog::growToTexts() {
  QWidget* content = scroll_->widget();
  const int texts = content->layout()->totalHeightForWidth(
      scroll_->viewport()->width());  // wrapped lines are no part of a minimum size
  content->setMinimumHeight(texts);
  const int needed = texts + height() - scroll_->height();
  const int most = screen()->availableGeometry().height() * 9 / 10;
  if (height() < needed) resize(width(), std::min(needed, most));
}

void ChooseModelsDialog::resizeEvent(QResizeEvent* event) {
  QDialog::resizeEvent(event);
  if (event->size().width() != event->oldSize().width()) growToTexts();
}

}  // namespace tstitch::ui
