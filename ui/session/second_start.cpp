#include "ui/session/second_start.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalSocket>
#include <QSaveFile>
#include <QStandardPaths>
#include <QTimer>
#include <QtEndian>
#include <utility>

namespace tstitch::ui {
namespace {

constexpr qsizetype kMostBytes = 1 << 20;
constexpr qsizetype kMostPictures = 1000;
constexpr qsizetype kMostToken = 1000;
constexpr qsizetype kLengthBytes = 4;
constexpr qsizetype kLongestAddress = 80;  // a socket's path holds 107 bytes; Qt makes a longer one on the way
constexpr int kPatienceMs = 5000;
constexpr int kMostGuests = 16;
constexpr auto kTaken = "taken\n";

QString addressFile(const QString& stateFolder) {
  return QDir(stateFolder).filePath(QStringLiteral("studio.address"));
}

/// Where the socket may lie, the best place first.
QStringList addressesFor(const QString& stateFolder) {
  QStringList addresses{QDir(stateFolder).filePath(QStringLiteral("studio.socket"))};
  const QByteArray hash =
      QCryptographicHash::hash(QDir(stateFolder).canonicalPath().toUtf8(), QCryptographicHash::Sha256).toHex();
  const QString runtime = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
  if (!runtime.isEmpty()) {
    addresses << QDir(runtime).filePath(QStringLiteral("tstitch-%1").arg(QString::fromLatin1(hash.left(16))));
  }
  addresses.removeIf([](const QString& address) { return QFile::encodeName(address).size() > kLongestAddress; });
  return addresses;
}

QString knownAddress(const QString& stateFolder) {
  QFile file(addressFile(stateFolder));
  if (!file.open(QIODevice::ReadOnly)) return {};
  return QString::fromUtf8(file.read(2 * kLongestAddress)).trimmed();
}

bool tellAddress(const QString& stateFolder, const QString& address) {
  QSaveFile file(addressFile(stateFolder));
  return file.open(QIODevice::WriteOnly) && file.write(address.toUtf8()) >= 0 && file.commit();
}

/// The message's JSON once all of it is there; nothing before. `wrong` when no message can come of these bytes.
std::optional<QByteArray> wholeMessage(const QByteArray& bytes, bool& wrong) {
  if (bytes.size() < kLengthBytes) return std::nullopt;
  const auto length = static_cast<qsizetype>(qFromBigEndian<quint32>(bytes.constData()));
  wrong = length > kMostBytes || bytes.size() > kLengthBytes + length;
  if (wrong || bytes.size() < kLengthBytes + length) return std::nullopt;
  return bytes.mid(kLengthBytes);
}

}  // namespace

QByteArray encodeSecondStart(const SecondStart& start) {
  const QJsonObject object{{QStringLiteral("secondStart"), 1},
                           {QStringLiteral("pictures"), QJsonArray::fromStringList(start.pictures)},
                           {QStringLiteral("token"), start.activationToken}};
  const QByteArray json = QJsonDocument(object).toJson(QJsonDocument::Compact);
  QByteArray message(kLengthBytes, '\0');
  qToBigEndian(static_cast<quint32>(json.size()), message.data());
  return message + json;
}

std::optional<SecondStart> decodeSecondStart(const QByteArray& json) {
  const QJsonDocument document = QJsonDocument::fromJson(json);
  const QJsonObject object = document.object();
  const QJsonValue pictures = object.value(QStringLiteral("pictures"));
  if (object.value(QStringLiteral("secondStart")) != 1 || !pictures.isArray()) return std::nullopt;
  SecondStart start;
  start.activationToken = object.value(QStringLiteral("token")).toString();
  const QJsonArray list = pictures.toArray();
  if (list.size() > kMostPictures || start.activationToken.size() > kMostToken) return std::nullopt;
  for (const auto& picture : list) {
    if (!QDir::isAbsolutePath(picture.toString())) return std::nullopt;
    start.pictures << picture.toString();
  }
  return start;
}

SecondStartListener::SecondStartListener(QString stateFolder, QObject* parent)
    : QObject(parent), stateFolder_(std::move(stateFolder)) {
  server_.setSocketOptions(QLocalServer::UserAccessOption);
  server_.setMaxPendingConnections(kMostGuests);
  connect(&server_, &QLocalServer::newConnection, this, [this] {
    while (QLocalSocket* guest = server_.nextPendingConnection()) greet(guest);
  });
}

SecondStartListener::~SecondStartListener() {
  if (server_.isListening()) QFile::remove(addressFile(stateFolder_));
}

bool SecondStartListener::listen() {
  for (const QString& address : addressesFor(stateFolder_)) {
    if (listenAt(address)) return true;
  }
  return false;
}

bool SecondStartListener::listenAt(const QString& address) {
  QLocalServer::removeServer(address);  // who holds the lock is the only one; an ended program may have left it
  if (!server_.listen(address)) return false;
  if (tellAddress(stateFolder_, address)) return true;
  server_.close();
  return false;
}

void SecondStartListener::greet(QLocalSocket* guest) {
  guest->setReadBufferSize(kMostBytes + kLengthBytes + 1);
  connect(guest, &QLocalSocket::disconnected, guest, &QObject::deleteLater);
  connect(guest, &QLocalSocket::readyRead, this, [this, guest] { readFrom(guest); });
  QTimer::singleShot(kPatienceMs, guest, [guest] { guest->abort(); });
  readFrom(guest);
}

void SecondStartListener::readFrom(QLocalSocket* guest) {
  bool wrong = false;
  const auto json = wholeMessage(guest->peek(kMostBytes + kLengthBytes + 1), wrong);
  if (!json && !wrong) return;
  const auto start = json ? decodeSecondStart(*json) : std::nullopt;
  if (!start) {
    guest->abort();
    return;
  }
  guest->readAll();
  guest->write(kTaken);
  guest->flush();
  guest->disconnectFromServer();
  Q_EMIT started(*start);
}

bool handOver(const QString& stateFolder, const SecondStart& start) {
  const QString address = knownAddress(stateFolder);
  if (address.isEmpty()) return false;
  QLocalSocket host;
  host.connectToServer(address);
  if (!host.waitForConnected(kPatienceMs)) return false;
  host.write(encodeSecondStart(start));
  QByteArray answer;
  while (!answer.contains('\n') && answer.size() < kMostToken && host.waitForReadyRead(kPatienceMs)) {
    answer += host.readAll();
  }
  return answer == kTaken;
}

}  // namespace tstitch::ui
