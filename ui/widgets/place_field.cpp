#include "ui/widgets/place_field.h"

#include <QCompleter>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QStringListModel>
#include <QToolButton>
#include <QUrl>

#include "ui/widgets/line_icon.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {

PlaceField::PlaceField(PlaceKind kind, const QString& filter, QWidget* parent)
    : QWidget(parent), kind_(kind), filter_(filter), text_(new QLineEdit), browse_(new QToolButton) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addWidget(text_, 1);
  layout->addWidget(browse_);
  setFocusProxy(text_);
  browse_->setToolTip(tr("Browse..."));
  repaintIcon();
  connect(text_, &QLineEdit::textChanged, this, &PlaceField::changed);
  connect(browse_, &QToolButton::clicked, this, &PlaceField::browse);
}

void PlaceField::setName(const QString& name) {
  text_->setAccessibleName(name);
  browse_->setAccessibleName(tr("Browse: %1").arg(name));
}

void PlaceField::setPlaceholder(const QString& text) {
  text_->setPlaceholderText(text);
}

QString PlaceField::place() const {
  const QString text = text_->text().trimmed();
  // What a file manager puts on the clipboard, or drops, is its address.
  return text.startsWith(QLatin1String("file://")) ? QUrl(text).toLocalFile() : text;
}

void PlaceField::setPlace(const QString& place) {
  if (place == this->place()) return;
  text_->setText(place);
  text_->setCursorPosition(static_cast<int>(place.size()));  // the end of a path tells more than its beginning
}

void PlaceField::setSuggestions(const QStringList& places) {
  if (text_->completer() == nullptr) {
    auto* completer = new QCompleter(this);
    completer->setModel(new QStringListModel(completer));
    completer->setFilterMode(Qt::MatchContains);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    text_->setCompleter(completer);
  }
  static_cast<QStringListModel*>(text_->completer()->model())->setStringList(places);
}

void PlaceField::browse() {
  if (kind_ != PlaceKind::FileOrFolder) {
    ask(kind_);
    return;
  }
  // The desktop's dialogs choose either a file or a folder.
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addAction(tr("Folder..."), this, [this] { ask(PlaceKind::Folder); });
  menu->addAction(tr("File..."), this, [this] { ask(PlaceKind::File); });
  menu->popup(browse_->mapToGlobal(QPoint(0, browse_->height())));
}

void PlaceField::ask(PlaceKind kind) {
  auto* chooser = new QFileDialog(this, tr("Choose: %1").arg(text_->accessibleName()), place(), filter_);
  chooser->setAttribute(Qt::WA_DeleteOnClose);
  chooser->setFileMode(kind == PlaceKind::Folder ? QFileDialog::Directory : QFileDialog::ExistingFile);
  connect(chooser, &QFileDialog::fileSelected, this, &PlaceField::setPlace);
  chooser->open();
}

void PlaceField::repaintIcon() {
  browse_->setIcon(lineIcon(QStringLiteral("folder"), colours().text));
}

}  // namespace tstitch::ui
