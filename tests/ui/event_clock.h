#pragma once

#include <QApplication>
#include <QMetaEnum>
#include <QString>
#include <QThread>
#include <ctime>

namespace tstitch::test {

/// Processor time of this thread in milliseconds, which other programs on a busy machine do not change much.
inline double threadMilliseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// Milliseconds that one event may keep the window busy; a sanitizer's bookkeeping is not the window's.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr double kLongestEvent = 500;
#else
inline constexpr double kLongestEvent = 50;
#endif

/// Knows which event took the GUI thread longest since it was asked to start over; an event sent while another one is
/// handled is part of that one.
class TimedApplication : public QApplication {
 public:
  using QApplication::QApplication;

  static TimedApplication& instance() { return *static_cast<TimedApplication*>(QCoreApplication::instance()); }

  void startOver() { longest_ = 0; }
  [[nodiscard]] double longest() const { return longest_; }
  /// "MetaCall for tstitch::ui::MainWindow: 3.1 ms".
  [[nodiscard]] QString longestName() const {
    return QStringLiteral("%1 for %2: %3 ms")
        .arg(QLatin1String(QMetaEnum::fromType<QEvent::Type>().valueToKey(type_)), QLatin1String(receiver_))
        .arg(longest_, 0, 'f', 1);
  }

  bool notify(QObject* receiver, QEvent* event) override {
    // Every thread's events come through here; the worker's may take as long as they like.
    if (QThread::currentThread() != thread() || depth_ > 0) return QApplication::notify(receiver, event);
    const char* name = receiver->metaObject()->className();  // neither may be there afterwards
    const QEvent::Type type = event->type();
    ++depth_;
    const double begin = threadMilliseconds();
    const bool handled = QApplication::notify(receiver, event);
    const double spent = threadMilliseconds() - begin;
    --depth_;
    if (spent > longest_) {
      longest_ = spent;
      receiver_ = name;
      type_ = type;
    }
    return handled;
  }

 private:
  int depth_ = 0;
  double longest_ = 0;
  const char* receiver_ = "";
  QEvent::Type type_ = QEvent::None;
};

}  // namespace tstitch::test
