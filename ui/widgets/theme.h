#pragma once

#include <QBrush>
#include <QColor>
#include <QObject>
#include <QPalette>
#include <QString>

class QApplication;
class QDBusVariant;

namespace tstitch::ui {

enum class ThemeChoice { System, Light, Dark };

/// "system", "light" or "dark"; the spelling of `--theme` and of the settings file.
QString nameOf(ThemeChoice choice);
/// The choice with that spelling; System for anything else.
ThemeChoice themeNamed(const QString& name);

/// The colours of one theme by what they mean. Small is teal and large is violet everywhere, and both also differ in
/// pattern (see `denoiserBrush`), so that nothing is said by colour alone.
struct Colours {
  QColor window, panel, base, canvas, hover, line, text, muted, focus, primary, primaryText, error;
  QColor small, smallTint, large, largeTint;
};

/// Which of the two a mark stands for: the small denoiser, or the large one and any other.
enum class DenoiserMark { Small, Large };

/// The colours in use now.
const Colours& colours();
QColor denoiserColour(DenoiserMark mark);
QColor denoiserTint(DenoiserMark mark);
/// The pattern that is laid over cells of that denoiser: stripes for small, dots for large.
QBrush denoiserPattern(DenoiserMark mark, const QColor& ink);

/// Applies a theme to the whole application (Fusion, palette, style sheet) and follows the desktop's light/dark setting
/// while the choice is System. Lives in the GUI thread, one per application.
class Theme : public QObject {
  Q_OBJECT

 public:
  explicit Theme(QApplication& application);
  void choose(ThemeChoice choice);
  [[nodiscard]] ThemeChoice choice() const { return choice_; }

 Q_SIGNALS:
  /// After palette and style sheet were set; widgets that paint themselves repaint.
  void changed();

 private Q_SLOTS:
  void portalSettingChanged(const QString& group, const QString& key, const QDBusVariant& value);

 private:
  void askDesktop();
  void apply();

  QApplication& application_;
  ThemeChoice choice_ = ThemeChoice::System;
  bool desktopIsDark_ = false;
};

}  // namespace tstitch::ui
