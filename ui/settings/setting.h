#pragma once

#include <QSettings>
#include <QString>
#include <QVariant>
#include <type_traits>
#include <utility>

namespace tstitch::ui {

/// How a value stands in a settings file. Enums are specialised where they are declared as settings, with words.
template <class T>
struct SettingText {
  static QVariant toVariant(const T& value) { return QVariant::fromValue(value); }
  static T fromVariant(const QVariant& stored, const T& fallback) {
    return stored.canConvert<T>() ? stored.value<T>() : fallback;
  }
};

/// One entry of a settings file: its type, key and default stand in one place. What is stored and does not fit the type
/// counts as not stored.
template <class T>
class Setting {
 public:
  Setting(QSettings& file, QString key, T fallback)
      : file_(&file), key_(std::move(key)), fallback_(std::move(fallback)) {}

  [[nodiscard]] T get() const {
    const QVariant stored = file_->value(key_);
    return stored.isValid() ? SettingText<T>::fromVariant(stored, fallback_) : fallback_;
  }
  void set(const T& value) { file_->setValue(key_, SettingText<T>::toVariant(value)); }
  [[nodiscard]] bool isStored() const { return file_->contains(key_); }
  [[nodiscard]] const T& fallback() const { return fallback_; }

 private:
  QSettings* file_;
  QString key_;
  T fallback_;
};

}  // namespace tstitch::ui
