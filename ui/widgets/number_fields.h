#pragma once

#include <QDoubleSpinBox>
#include <QSpinBox>
#include <QStringList>
#include <optional>

namespace tstitch::ui {

/// A wheel over a field must not change it while the panel scrolls: the field takes the wheel only with the focus.
void guardWheel(QWidget* field);

/// A number that is read as number_reading.h says and shown as the language writes it, without trailing zeros. Text
/// that is no such number stays as it was typed, and is marked; value() is then still the last one that was read.
class DecimalField : public QDoubleSpinBox {
  Q_OBJECT
  Q_PROPERTY(double value READ value WRITE setValue USER true)

 public:
  explicit DecimalField(QWidget* parent = nullptr);

  /// Why the text is not taken, in a sentence that begins with the field's name; empty when it is.
  [[nodiscard]] QString problem() const;

  [[nodiscard]] QString textFromValue(double value) const override;
  [[nodiscard]] double valueFromText(const QString& text) const override;
  QValidator::State validate(QString& text, int& position) const override;
  void fixup(QString& text) const override;
  void stepBy(int steps) override;

 public Q_SLOTS:
  void setValue(double value);

 Q_SIGNALS:
  /// What problem() says has changed.
  void problemChanged();

 protected:
  bool event(QEvent* event) override;

 private:
  [[nodiscard]] std::optional<double> read(const QString& text) const;
  void showProblem();

  bool keeping_ = false;  ///< the user's events must not replace text that cannot be read
};

/// The same for whole numbers.
class WholeField : public QSpinBox {
  Q_OBJECT
  Q_PROPERTY(int value READ value WRITE setValue USER true)

 public:
  explicit WholeField(QWidget* parent = nullptr);

  [[nodiscard]] QString problem() const;
  /// Shown for the least value, in place of its number.
  void setLeastText(const QString& text);

  [[nodiscard]] QString textFromValue(int value) const override;
  [[nodiscard]] int valueFromText(const QString& text) const override;
  QValidator::State validate(QString& text, int& position) const override;
  void fixup(QString& text) const override;
  void stepBy(int steps) override;

 public Q_SLOTS:
  void setValue(int value);

 Q_SIGNALS:
  void problemChanged();

 protected:
  bool event(QEvent* event) override;

 private:
  [[nodiscard]] std::optional<int> read(const QString& text) const;
  void showProblem();

  QString leastText_;
  bool keeping_ = false;
};

/// What the number fields inside a widget say that cannot be read, hidden ones included.
QStringList numberProblems(const QWidget* within);

}  // namespace tstitch::ui
