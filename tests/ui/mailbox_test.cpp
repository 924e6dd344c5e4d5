#include "ui/widgets/mailbox.h"

#include <thread>

#include "tests/ui/qt_test.h"

using tstitch::ui::Mailbox;

class MailboxTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void onlyTheFirstPostWakesTheReader() {
    Mailbox<int> box;
    QVERIFY(box.post(1));
    QVERIFY(!box.post(2));
    QCOMPARE(box.take().value_or(0), 2);
    QVERIFY(!box.take().has_value());
    QVERIFY(box.post(3));
  }

  void theNewestValueOfAnotherThreadArrives() {
    constexpr int kLast = 20000;
    Mailbox<int> box;
    std::jthread writer([&box] {
      for (int i = 1; i <= kLast; ++i) box.post(i);
    });
    int seen = 0;
    while (seen < kLast) {
      const auto value = box.take();
      if (!value) continue;
      QVERIFY(*value > seen);  // never a step back
      seen = *value;
    }
    QCOMPARE(seen, kLast);
  }
};

TSTITCH_UI_TEST(MailboxTest)

#include "mailbox_test.moc"
