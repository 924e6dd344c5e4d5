#include "tests/ui/studio_driver.h"

#include <QTest>

namespace tstitch::test {

StudioDriver::~StudioDriver() {
  kill();
}

bool StudioDriver::start(const QStringList& options) {
  program_.reset();
  known_.clear();
  beginnings_.clear();
  const QProcessEnvironment given = studio_.processEnvironment();
  if (given.isEmpty()) studio_.setProcessEnvironment(session_.environment());
  studio_.setProcessChannelMode(QProcess::ForwardedChannels);
  studio_.start(qEnvironmentVariable("TSTITCH_STUDIO"),
                QStringList{QStringLiteral("--profile"), folder(QStringLiteral("profile")), QStringLiteral("--output"),
                            folder(QStringLiteral("pictures"))} +
                    options);
  return studio_.waitForStarted() && QTest::qWaitFor([this] { return findProgram() && !status().isEmpty(); }, kLongMs);
}

bool StudioDriver::terminate() {
  studio_.terminate();
  return studio_.state() == QProcess::NotRunning || studio_.waitForFinished(kLongMs);
}

void StudioDriver::kill() {
  studio_.kill();
  studio_.waitForFinished();
}

QString StudioDriver::folder(const QString& name) const {
  return folder_.filePath(name);
}

bool StudioDriver::findProgram() {
  for (const AccessibleNode& program : AccessibleNode::desktop(session_.accessibilityBus()).children()) {
    if (program.name() == QStringLiteral("tstitch-studio")) program_ = program;
  }
  return program_.has_value();
}

void StudioDriver::look() {
  known_.clear();
  if (!program_) return;
  program_->walk([this](const AccessibleNode& one) {
    const QString name = one.name();
    if (!name.isEmpty()) known_.emplace(std::pair(name, one.role()), one);
  });
}

std::optional<AccessibleNode> StudioDriver::find(AtspiRole role, const char* name) {
  const auto key = std::pair(QString::fromUtf8(name), role);
  for (const bool again : {false, true}) {
    if (again) look();
    const auto [first, last] = known_.equal_range(key);
    if (std::distance(first, last) == 1 && first->second.name() == key.first) return first->second;
  }
  return std::nullopt;
}

AccessibleNode StudioDriver::node(AtspiRole role, const char* name) {
  const auto found = find(role, name);
  if (found) return *found;
  QTest::qFail(name, __FILE__, __LINE__);
  return {session_.accessibilityBus(), {}, {}};
}

bool StudioDriver::press(const char* button) {
  return node(AtspiRole::PushButton, button).act(QStringLiteral("Press"));
}

bool StudioDriver::toggle(const char* checkBox) {
  return node(AtspiRole::CheckBox, checkBox).act(QStringLiteral("Toggle"));
}

bool StudioDriver::choose(const char* comboBox, const QString& entry) {
  for (const AccessibleNode& one : node(AtspiRole::ComboBox, comboBox).children()) {
    if (one.name() == entry) return one.act(QStringLiteral("Press"));
  }
  return false;
}

QStringList StudioDriver::rows(AtspiRole role, const char* name) {
  QStringList names;
  const auto found = find(role, name);
  if (!found) return names;
  for (const AccessibleNode& item : found->children()) {
    const AtspiRole is = item.role();
    if (is == AtspiRole::ListItem || is == AtspiRole::TableCell || is == AtspiRole::TableRow) names << item.name();
  }
  return names;
}

QString StudioDriver::nameBeginning(AtspiRole role, const char* beginning) {
  const QString wanted = QString::fromUtf8(beginning);
  const auto known = beginnings_.find(wanted);
  if (known != beginnings_.end()) {
    const QString name = known->second.name();
    if (name.startsWith(wanted)) return name.mid(wanted.size());
  }
  const auto found = program_ ? program_->find(role, wanted, AccessibleNode::Match::Beginning) : std::nullopt;
  if (!found) return {};
  beginnings_.insert_or_assign(wanted, *found);
  return found->name().mid(wanted.size());
}

bool StudioDriver::waitForStatus(const QString& beginning) {
  return QTest::qWaitFor([&] { return status().startsWith(beginning); }, kLongMs);
}

bool StudioDriver::waitForAnotherPicture(const QString& before) {
  return QTest::qWaitFor(
      [&] {
        const QString now = status();
        return now.startsWith(QStringLiteral("saved /")) && now.mid(6) != before;
      },
      kLongMs);
}

}  // namespace tstitch::test
