#include "tests/support/hub/tls_front.h"

#include <array>
#include <csignal>
#include <stdexcept>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/text.h"

namespace tstitch::test {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Tls = std::unique_ptr<SSL, decltype(&SSL_free)>;

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, "certificate extension");
  X509_EXTENSION_free(extension);
}

Certificate signed_by_itself(EVP_PKEY* key, const Claim& claim) {
  Certificate certificate(X509_new(), X509_free);
  X509* const x509 = certificate.get();
  X509_set_version(x509, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), claim.valid_from);
  X509_gmtime_adj(X509_getm_notAfter(x509), claim.valid_until);
  X509_set_pubkey(x509, key);
  X509_NAME* const name = X509_get_subject_name(x509);
  const auto* common = reinterpret_cast<const unsigned char*>("tstitch test");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
  X509_set_issuer_name(x509, name);
  add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(x509, NID_subject_alt_name, claim.subject);
  require(X509_sign(x509, key, EVP_sha256()) > 0, "certificate signature");
  return certificate;
}

std::string pem_of(X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_X509(memory.get(), certificate);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

/// From the client to the server; false at the client's end.
bool hand_on(SSL* tls, int server) {
  std::array<char, 16384> buffer{};
  const int got = SSL_read(tls, buffer.data(), static_cast<int>(buffer.size()));
  return got > 0 && send_all(server, {buffer.data(), static_cast<std::size_t>(got)});
}

/// From the server to the client; false at the server's end.
bool hand_back(SSL* tls, int server) {
  std::array<char, 16384> buffer{};
  const ssize_t got = ::recv(server, buffer.data(), buffer.size(), 0);
  return got > 0 && SSL_write(tls, buffer.data(), static_cast<int>(got)) == got;
}

}  // namespace

TlsFront::TlsFront(std::uint16_t plain_port, const Claim& claim)
    : plain_port_(plain_port), context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  require(key != nullptr, "key");
  const Certificate certificate = signed_by_itself(key.get(), claim);
  certificate_ = pem_of(certificate.get());
  require(SSL_CTX_use_certificate(context_.get(), certificate.get()) == 1, "certificate");
  require(SSL_CTX_use_PrivateKey(context_.get(), key.get()) == 1, "private key");
  listener_ = listen_on_loopback();
  thread_ = std::thread([this] { serve(); });
}

TlsFront::~TlsFront() {
  over_ = true;
  thread_.join();
  ::close(listener_.descriptor);
}

std::string TlsFront::address() const {
  return concat("https://127.0.0.1:", listener_.port);
}

void TlsFront::serve() {
  sigset_t broken_pipe;  // OpenSSL writes to connections that clients have closed
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  while (!over_) {
    if (!is_ready(listener_.descriptor)) continue;
    const int connection = ::accept4(listener_.descriptor, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    talk(connection);
    ::close(connection);
  }
}

void TlsFront::talk(int connection) const {
  const Tls tls(SSL_new(context_.get()), SSL_free);
  SSL_set_fd(tls.get(), connection);
  if (SSL_accept(tls.get()) != 1) {
    ERR_clear_error();  // a client that does not trust the certificate leaves here
    return;
  }
  const int server = connect_to_loopback(plain_port_);
  std::array<pollfd, 2> sides{pollfd{connection, POLLIN, 0}, pollfd{server, POLLIN, 0}};
  while (!over_ && server >= 0) {
    const bool is_waiting = SSL_pending(tls.get()) > 0;
    if (::poll(sides.data(), sides.size(), is_waiting ? 0 : 20) < 0) break;
    if ((is_waiting || sides[0].revents != 0) && !hand_on(tls.get(), server)) break;
    if (sides[1].revents != 0 && !hand_back(tls.get(), server)) break;
  }
  if (server >= 0) ::close(server);
}

}  // namespace tstitch::test
