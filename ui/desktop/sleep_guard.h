#pragma once

#include <QObject>
#include <memory>
#include <optional>

class QDBusUnixFileDescriptor;

namespace tstitch::ui {

/// Keeps the machine from falling asleep for want of use while something runs: through login1's inhibitors, else the
/// desktop's screen saver. Without a bus it does nothing. The user's own wish to sleep is never in the way of it.
class SleepGuard : public QObject {
  Q_OBJECT

 public:
  explicit SleepGuard(QObject* parent = nullptr);
  ~SleepGuard() override;

  void setActive(bool active, const QString& why);
  /// Something holds the machine awake.
  [[nodiscard]] bool isHeld() const { return lock_ != nullptr || cookie_.has_value(); }

 private:
  void askLogin(const QString& why);
  void askScreenSaver(const QString& why);
  void release();

  bool active_ = false;
  std::unique_ptr<QDBusUnixFileDescriptor> lock_;  ///< held as long as it is open
  std::optional<uint> cookie_;
};

}  // namespace tstitch::ui
