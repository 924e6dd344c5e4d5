#include "ui/widgets/captions.h"

#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace tstitch::ui {

QFont headingFont(QFont font) {
  font.setPointSizeF(font.pointSizeF() * 0.85);
  font.setWeight(QFont::DemiBold);
  font.setCapitalization(QFont::AllUppercase);
  font.setLetterSpacing(QFont::PercentageSpacing, 106);
  return font;
}

QLabel* heading(const QString& text) {
  auto* label = new QLabel(text);
  label->setObjectName(QStringLiteral("heading"));
  label->setFont(headingFont(label->font()));
  return label;
}

QLabel* remark(const QString& text) {
  auto* label = new QLabel(text);
  label->setObjectName(QStringLiteral("muted"));
  label->setWordWrap(true);
  return label;
}

QWidget* captioned(const QString& caption, QWidget* field) {
  auto* box = new QWidget;
  auto* layout = new QVBoxLayout(box);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  auto* label = new QLabel(caption);
  label->setObjectName(QStringLiteral("muted"));
  label->setBuddy(field->focusProxy() != nullptr ? field->focusProxy() : field);
  layout->addWidget(label);
  layout->addWidget(field);
  return box;
}

void setAccent(QPushButton* button, bool accent) {
  const QString name = accent ? QStringLiteral("primary") : QStringLiteral("secondary");
  if (button->objectName() == name) return;
  button->setObjectName(name);
  button->style()->polish(button);
}

}  // namespace tstitch::ui
