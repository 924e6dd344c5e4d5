#pragma once

#include <QFont>
#include <QLabel>
#include <QString>
#include <QWidget>

class QPushButton;

namespace tstitch::ui {

/// The type of headings beside text of that font: small, spaced capitals.
QFont headingFont(QFont font);
/// A section's heading in that type, muted.
QLabel* heading(const QString& text);
/// A muted line of explanation that wraps.
QLabel* remark(const QString& text = {});
/// The field with its caption above it; the caption is the buddy of what takes the focus.
QWidget* captioned(const QString& caption, QWidget* field);

/// Marks the button that is meant first, or takes the mark from it.
void setAccent(QPushButton* button, bool accent);

}  // namespace tstitch::ui
