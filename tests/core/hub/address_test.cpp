#include "core/hub/address.h"

#include <gtest/gtest.h>

namespace tstitch {
namespace {

Address address(const std::string& url) {
  const auto parsed = parse_address(url);
  EXPECT_TRUE(parsed) << url;
  return parsed.value_or(Address{});
}

TEST(Addresses, AreTakenApart) {
  const Address parsed = address("HTTPS://Hub.Example/a/b?c");
  EXPECT_EQ(parsed.scheme, "https");
  EXPECT_EQ(parsed.host, "hub.example");
  EXPECT_EQ(parsed.port, "443");
  EXPECT_EQ(address("http://[::1]:81/").host, "::1");
  for (const char* url :
       {"", "hub.example", "ftp://hub.example/", "file:///etc/passwd", "https://user:word@hub.example/"}) {
    EXPECT_FALSE(parse_address(url)) << url;
  }
}

TEST(Addresses, ResolveWhatARedirectNames) {
  const Address from = address("https://hub.example/org/name/resolve/main/a.bin");
  EXPECT_EQ(resolve_address(from, "/cache/x?y=1")->url, "https://hub.example/cache/x?y=1");
  EXPECT_EQ(resolve_address(from, "https://store.example/x")->host, "store.example");
  EXPECT_EQ(resolve_address(from, "//store.example/x")->scheme, "https");
  EXPECT_FALSE(resolve_address(from, "gopher://store.example/x"));
}

TEST(Addresses, HaveOneOriginOnlyWhereSchemeHostAndPortAgree) {
  const Address hub = address("https://hub.example/a");
  EXPECT_TRUE(hub.same_origin(address("https://hub.example:443/b")));
  for (const char* other : {"http://hub.example/a", "https://hub.example:444/a", "https://store.hub.example/a"}) {
    EXPECT_FALSE(hub.same_origin(address(other))) << other;
  }
}

TEST(Addresses, TellPrivateOnesFromPublicOnes) {
  for (const char* host : {"127.0.0.1", "127.8.9.10", "::1", "localhost", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(literal_reach(host), Reach::Loopback) << host;
  }
  for (const char* host : {"10.0.0.1", "100.64.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1",
                           "0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1",
                           "::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::a00:1"}) {
    EXPECT_EQ(literal_reach(host), Reach::Private) << host;
  }
  for (const char* host : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "192.167.255.255", "2606:4700::1"}) {
    EXPECT_EQ(literal_reach(host), Reach::Public) << host;
  }
  EXPECT_FALSE(literal_reach("hub.example"));
}

TEST(Redirects, NeverGoDownToHttpOrIntoAPrivateNetwork) {
  const Address hub = address("https://hub.example/a");
  EXPECT_EQ(redirect_problem(hub, address("https://store.example/a"), hub), "");
  EXPECT_NE(redirect_problem(hub, address("http://hub.example/a"), hub), "");
  EXPECT_NE(redirect_problem(hub, address("https://127.0.0.1/a"), hub), "");
  EXPECT_NE(redirect_problem(hub, address("https://169.254.169.254/a"), hub), "");
  EXPECT_NE(redirect_problem(hub, address("https://[::1]/a"), hub), "");
  EXPECT_EQ(redirect_problem(address("http://hub.example/a"), address("https://hub.example/a"), hub), "");

  const Address local = address("http://127.0.0.1:8000");
  EXPECT_EQ(redirect_problem(local, address("http://127.0.0.1:9000/a"), local), "");
  EXPECT_NE(redirect_problem(local, address("http://10.0.0.1/a"), local), "");
  const Address office = address("https://10.0.0.5");
  EXPECT_EQ(redirect_problem(office, address("https://10.0.0.5/b"), office), "");
  EXPECT_NE(redirect_problem(office, address("https://10.0.0.6/b"), office), "");
}

TEST(PercentEncoding, LeavesUnreservedCharactersAlone) {
  EXPECT_EQ(percent_encoded("a-b_c.d~9"), "a-b_c.d~9");
  EXPECT_EQ(percent_encoded("a b?#%/ü"), "a%20b%3F%23%25%2F%C3%BC");
}

}  // namespace
}  // namespace tstitch
