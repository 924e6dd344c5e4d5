#include "ui/about_dialog.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QVBoxLayout>

#include "core/base/version.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/line_icon.h"

namespace tstitch::ui {
namespace {

QString readWhole(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// What a licence text is of: its first line, before a bracket, a comma or a full stop.
QString partNamed(const QString& text) {
  const QString line = text.trimmed().section(QLatin1Char('\n'), 0, 0);
  return line.section(QLatin1Char('('), 0, 0).section(QLatin1Char(','), 0, 0).trimmed();
}

}  // namespace

AboutDialog::AboutDialog(const std::filesystem::path& licences, QWidget* parent)
    : QDialog(parent), parts_(new QListWidget), text_(new QPlainTextEdit) {
  setWindowTitle(tr("About T-Stitch Studio"));
  resize(760, 560);
  parts_->setAccessibleName(tr("Parts"));
  text_->setAccessibleName(tr("Licence text"));
  text_->setReadOnly(true);
  QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
  fixed.setPointSizeF(font().pointSizeF() * 0.85);
  text_->setFont(fixed);
  connect(parts_, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* part) {
    text_->setPlainText(part == nullptr ? QString() : part->data(Qt::UserRole).toString());
  });
  buildLayout();
  readFolder(QString::fromStdString(licences.string()));
}

void AboutDialog::buildLayout() {
  auto* icon = new QLabel;
  icon->setPixmap(applicationIcon().pixmap(QSize(48, 48), devicePixelRatioF()));
  auto* title = new QLabel(QStringLiteral("<h2>T-Stitch Studio %1</h2>").arg(QString::fromLatin1(program_version())));
  auto* head = new QHBoxLayout;
  head->setSpacing(16);
  head->addWidget(icon);
  head->addWidget(title, 1);
  auto* licences = new QHBoxLayout;
  licences->setSpacing(12);
  licences->addWidget(parts_, 2);
  licences->addWidget(text_, 5);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(24, 24, 24, 16);
  layout->setSpacing(12);
  layout->addLayout(head);
  layout->addWidget(
      remark(tr("Pictures by trajectory stitching: a small diffusion model takes the first steps, a large "
                "one of the same latent space the rest.")));
  layout->addWidget(heading(tr("Licences")));
  layout->addLayout(licences, 1);
  layout->addWidget(buttons);
}

void AboutDialog::readFolder(const QString& folder) {
  for (const QFileInfo& file : QDir(folder).entryInfoList(QDir::Files, QDir::Name | QDir::IgnoreCase)) {
    const QString text = readWhole(file.absoluteFilePath());
    const QString name = partNamed(text);
    auto* part = new QListWidgetItem(name.isEmpty() ? file.fileName() : name, parts_);
    part->setData(Qt::UserRole, text);
    part->setToolTip(file.fileName());
  }
  if (parts_->count() > 0) {
    parts_->setCurrentRow(0);
  } else {
    text_->setPlainText(tr("The licence texts are not in %1.").arg(folder));
  }
}

}  // namespace tstitch::ui
