#pragma once

#include <QLocalServer>
#include <QObject>
#include <QString>
#include <QStringList>
#include <optional>

class QLocalSocket;

namespace tstitch::ui {

/// What a second start with the same profile hands to the window that is open.
struct SecondStart {
  QStringList pictures;     ///< absolute paths
  QString activationToken;  ///< of the desktop, so that the window may come to the front; may be empty

  friend bool operator==(const SecondStart&, const SecondStart&) = default;
};

/// One message: four bytes with the length of what follows (the highest first), then JSON in UTF-8:
/// {"secondStart":1,"pictures":["/..."],"token":".."}. Other bytes are no message.
QByteArray encodeSecondStart(const SecondStart& start);
std::optional<SecondStart> decodeSecondStart(const QByteArray& json);

/// Waits, in the program that holds the profile's lock, for second starts of it. Its socket lies in the profile's state
/// folder, or in the user's runtime folder where that path is too long for a socket; `studio.address` in the state
/// folder says where. What an ended program left there gives way. Whoever sends no message within a few seconds, or one
/// that is too long or something else, is hung up on.
class SecondStartListener : public QObject {
  Q_OBJECT

 public:
  explicit SecondStartListener(QString stateFolder, QObject* parent = nullptr);
  ~SecondStartListener() override;

  /// False where no socket can be made; second starts then say that the Studio runs already.
  bool listen();

 Q_SIGNALS:
  void started(const tstitch::ui::SecondStart& start);

 private:
  bool listenAt(const QString& address);
  void greet(QLocalSocket* guest);
  void readFrom(QLocalSocket* guest);

  QString stateFolder_;
  QLocalServer server_;
};

/// Hands over to the program that listens for that state folder; true when it has taken the message. Blocks for a few
/// seconds at the most.
bool handOver(const QString& stateFolder, const SecondStart& start);

}  // namespace tstitch::ui
