#include "ui/help/help_window.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

#include "ui/help/commands.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/row_list.h"

namespace tstitch::ui {
namespace {

QLabel* paragraph(const QString& text) {
  auto* label = new QLabel(text);
  label->setWordWrap(true);
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  return label;
}

}  // namespace

HelpWindow::HelpWindow(Commands& commands, std::function<QString()> report, QWidget* parent)
    : QDialog(parent),
      commands_(commands),
      report_(std::move(report)),
      keys_(new RowList(RowList::Kind::List, tr("Keys"))),
      newKey_(new QKeySequenceEdit),
      set_(new QPushButton(tr("Set key"))),
      restore_(new QPushButton(tr("Default key"))),
      copy_(new QPushButton(tr("Copy report"))),
      about_(new QPushButton(tr("About"))),
      sentence_(remark()),
      parts_(new QVBoxLayout) {
  setWindowTitle(tr("Help"));
  setAccessibleName(tr("Help"));
  resize(620, 640);
  newKey_->setAccessibleName(tr("New key"));
  newKey_->setToolTip(tr("Press the keys that the chosen command is to have; empty = none"));
  copy_->setToolTip(tr("Version, system, settings and the last log lines, without paths and prompts"));
  buildLayout();
  connectControls();
  showAll();
}

void HelpWindow::buildLayout() {
  auto* change = new QHBoxLayout;
  change->setSpacing(8);
  change->addWidget(newKey_, 1);
  change->addWidget(set_);
  change->addWidget(restore_);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* foot = new QHBoxLayout;
  foot->setSpacing(8);
  foot->addWidget(copy_);
  foot->addWidget(about_);
  foot->addStretch(1);
  foot->addWidget(buttons);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(24, 24, 24, 16);
  layout->setSpacing(12);
  layout->addWidget(heading(tr("How it works")));
  layout->addWidget(paragraph(
      tr("A small, fast model draws the first steps of a picture, where its layout is decided, and a large one the "
         "rest. The trajectory bar says who does which step: teal and striped is small, violet and dotted is large.")));
  layout->addWidget(paragraph(
      tr("Drag the seam, choose a preset, or say in how many seconds the picture is to be there. The same "
         "seed at another ratio keeps the picture's layout: the Grid page shows several beside each other.")));
  layout->addWidget(
      paragraph(tr("Drop a picture on the window to get back its settings. Stop keeps what is saved; pressing it again "
                   "holds the queue.")));
  layout->addLayout(parts_);
  layout->addWidget(heading(tr("Keys")));
  layout->addWidget(keys_, 1);
  layout->addLayout(change);
  layout->addWidget(sentence_);
  layout->addLayout(foot);
}

void HelpWindow::addPart(QWidget* part) {
  parts_->addWidget(part);
}

void HelpWindow::connectControls() {
  connect(&commands_, &Commands::changed, this, &HelpWindow::showAll);
  connect(keys_, &RowList::currentRowChanged, this, &HelpWindow::showChosen);
  connect(newKey_, &QKeySequenceEdit::keySequenceChanged, this, &HelpWindow::look);
  connect(set_, &QPushButton::clicked, this, &HelpWindow::rebind);
  connect(restore_, &QPushButton::clicked, this, [this] { commands_.restore(chosen()); });
  connect(about_, &QPushButton::clicked, this, &HelpWindow::aboutRequested);
  connect(copy_, &QPushButton::clicked, this, [this] {
    QGuiApplication::clipboard()->setText(report_());
    sentence_->setText(tr("The report is in the clipboard."));
  });
}

void HelpWindow::showKeys() {
  keys_->setFocus(Qt::OtherFocusReason);
}

QString HelpWindow::chosen() const {
  return commands_.ids().value(keys_->currentRow());
}

void HelpWindow::showAll() {
  QStringList rows;
  for (const QString& id : commands_.ids()) rows << commands_.line(id);
  keys_->setRows(rows);
  showChosen();
}

void HelpWindow::showChosen() {
  newKey_->setKeySequence(commands_.keys(chosen()).value(0));
  look();
}

/// A key that another command has is not taken from it: that is said.
void HelpWindow::look() {
  const QKeySequence key = newKey_->keySequence();
  const QString holder = commands_.holderOf(key, chosen());
  set_->setEnabled(holder.isEmpty() && !chosen().isEmpty());
  sentence_->setText(holder.isEmpty()
                         ? QString()
                         : tr("%1 is taken: %2.").arg(key.toString(QKeySequence::NativeText), commands_.title(holder)));
}

void HelpWindow::rebind() {
  commands_.rebind(chosen(), newKey_->keySequence());
}

}  // namespace tstitch::ui
