#include "ui/widgets/call_inbox.h"

#include <QCoreApplication>
#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

#include "tests/ui/qt_test.h"

using tstitch::ui::CallInbox;

class CallInboxTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void callsOfAnotherThreadAreMadeHereInTheirOrder() {
    constexpr int kCalls = 1000;
    CallInbox inbox;
    std::vector<int> order;
    bool here = true;
    const auto home = std::this_thread::get_id();
    std::jthread([&] {
      for (int i = 0; i < kCalls; ++i) {
        inbox.post([&, i] {
          here = here && std::this_thread::get_id() == home;
          order.push_back(i);
        });
      }
    }).join();
    QVERIFY(order.empty());
    QCoreApplication::processEvents();
    QVERIFY(here);
    QCOMPARE(order.size(), std::size_t{kCalls});
    QVERIFY(std::is_sorted(order.begin(), order.end()));
  }

  void aCallMayDeleteTheInboxAndTheRestIsDropped() {
    auto inbox = std::make_unique<CallInbox>();
    int made = 0;
    inbox->post([&] {
      ++made;
      inbox.reset();
    });
    inbox->post([&] { ++made; });
    QCoreApplication::processEvents();
    QCOMPARE(made, 1);
  }
};

TSTITCH_UI_TEST(CallInboxTest)

#include "call_inbox_test.moc"
