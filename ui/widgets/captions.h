#pragma once

#include <QLabel>
#include <QString>
#include <QWidget>

namespace tstitch::ui {

/// A section's heading: small, muted, spaced capitals.
QLabel* heading(const QString& text);
/// A muted line of explanation that wraps.
QLabel* remark(const QString& text = {});
/// The field with its caption above it; the caption is the buddy of what takes the focus.
QWidget* captioned(const QString& caption, QWidget* field);

}  // namespace tstitch::ui
