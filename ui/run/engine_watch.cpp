#include "ui/run/engine_watch.h"

#include <utility>

#include "ui/engine/engine_client.h"
#include "ui/settings/preferences.h"
#include "ui/widgets/notice_bar.h"

namespace tstitch::ui {

EngineWatch::EngineWatch(EngineClient& engine, Preferences& preferences, NoticeBar& notice, QObject* parent)
    : QObject(parent), engine_(engine), preferences_(preferences), notice_(notice) {
  connect(&engine_, &EngineClient::standingChanged, this, &EngineWatch::look);
}

void EngineWatch::look() {
  if (engine_.standing() == EngineStanding::Ready) {
    notice_.withdraw(NoticeMatter::Engine);
    if (std::exchange(told_, false)) Q_EMIT unusable({});
    return;
  }
  if (!engine_.isGivenUp()) return;
  told_ = true;
  const QString& sentence = engine_.lossSentence();
  QList<NoticeAction> actions{{tr("Restart engine"), [this] { engine_.restart(); }}};
  if (engine_.wasReady() && preferences_.device.get() != DeviceKind::Cpu) {
    actions << NoticeAction{tr("Restart on the CPU"), [this] {
                              preferences_.device.set(DeviceKind::Cpu);
                              engine_.restart();
                            }};
  }
  notice_.sayInstead(sentence, NoticeMatter::Engine, actions);
  Q_EMIT unusable(sentence);
}

}  // namespace tstitch::ui
