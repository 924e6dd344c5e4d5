#pragma once

#include <QString>
#include <QStringList>

namespace tstitch::ui {

class Preferences;
class Session;
class StudioLog;

/// What helps to understand a fault, as text: program, system, screens, engine and the log's last lines, without paths
/// and prompts.
QString reportText(const Preferences& preferences, Session& session, const StudioLog& log);

}  // namespace tstitch::ui
