#include "runner/options/parse_connections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "support/refusal.h"

namespace loads::runner::parse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ParseConnections, ConnectToHasFourParts) {
  EXPECT_EQ(connect_to("shop.example:80:127.0.0.1:8080"), (net::ConnectTo{"shop.example", 80, "127.0.0.1", 8080}));
  EXPECT_EQ(connect_to("::localhost:"), (net::ConnectTo{"", 0, "localhost", 0}));
  EXPECT_EQ(connect_to("[::1]:80:[::2]:81"), (net::ConnectTo{"::1", 80, "::2", 81}));
  for (const char* wrong : {"", "a", "a:80", "a:80:", "a:80:b:81:c", "a:80::"})
    EXPECT_THAT(refused([&] { connect_to(wrong); }), HasSubstr("is not HOST:PORT:NEW_HOST:NEW_PORT"));
  EXPECT_EQ(refused([] { connect_to("a:x:b:1"); }), "\"x\" is no port");
  EXPECT_EQ(refused([] { connect_to("a:70000:b:1"); }), "\"70000\" is no port");
}

TEST(ParseConnections, AProxyIsForEverything) {
  const net::Proxies proxies = proxy("http://tarek:a%20b@proxy.example:3128");
  EXPECT_EQ(*proxies.plain, (net::Proxy{"proxy.example", 3128, "Basic dGFyZWs6YSBi"}));
  EXPECT_EQ(proxies.plain, proxies.secure);
  EXPECT_EQ(proxy("proxy.example:3128").plain->host, "proxy.example");
  EXPECT_THAT(refused([] { proxy("https://proxy.example"); }), HasSubstr("not by https://"));
  EXPECT_THAT(refused([] { proxy("http://"); }), HasSubstr("the URL of the proxy is not valid"));
}

class Environment : public testing::Test {
 protected:
  void SetUp() override { clear(); }
  void TearDown() override { clear(); }
  static void clear() {
    for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"})
      ::unsetenv(name);
  }
};

TEST_F(Environment, NamesTheProxies) {
  ::setenv("http_proxy", "http://plain.example:1", 1);
  ::setenv("HTTPS_PROXY", "http://secure.example:2", 1);
  ::setenv("NO_PROXY", "localhost, .internal.example ,10.0.0.1", 1);
  const net::Proxies proxies = proxies_of_environment();
  EXPECT_EQ(proxies.plain->host, "plain.example");
  EXPECT_EQ(proxies.secure->host, "secure.example");
  EXPECT_THAT(proxies.except, ElementsAre("localhost", ".internal.example", "10.0.0.1"));
}

TEST_F(Environment, AllProxyIsForWhatHasNoneOfItsOwn) {
  ::setenv("all_proxy", "http://all.example:1", 1);
  ::setenv("https_proxy", "http://secure.example:2", 1);
  EXPECT_EQ(proxies_of_environment().plain->host, "all.example");
  EXPECT_EQ(proxies_of_environment().secure->host, "secure.example");
}

TEST_F(Environment, AnHttpProxyInUpperCaseMayBeAHeaderOfARequest) {
  ::setenv("HTTP_PROXY", "http://evil.example:1", 1);
  EXPECT_FALSE(proxies_of_environment().plain);
}

TEST_F(Environment, AWrongOneIsNamed) {
  ::setenv("https_proxy", "socks5://x:1", 1);
  EXPECT_THAT(refused([] { proxies_of_environment(); }), HasSubstr("https_proxy: a proxy is spoken to by http:// alone"));
}

}  // namespace
}  // namespace loads::runner::parse
