#include "engine/net/options.h"

#include <gtest/gtest.h>

namespace loads::net {
namespace {

Proxies all_but(std::vector<std::string> except) {
  Proxies proxies;
  proxies.plain = Proxy{"proxy.example", 3128, ""};
  proxies.secure = Proxy{"secure-proxy.example", 3129, ""};
  proxies.except = std::move(except);
  return proxies;
}

bool goes_direct(const std::string& entry, const std::string& host, std::uint16_t port = 80) {
  return all_but({entry}).find(false, host, port) == nullptr;
}

TEST(Proxies, EachSchemeHasItsOwn) {
  EXPECT_EQ(all_but({}).find(false, "shop.example", 80)->host, "proxy.example");
  EXPECT_EQ(all_but({}).find(true, "shop.example", 443)->host, "secure-proxy.example");
  EXPECT_EQ(Proxies().find(true, "shop.example", 443), nullptr);
}

TEST(Proxies, ANameExceptsItselfAndWhatIsBelowIt) {
  EXPECT_TRUE(goes_direct("shop.example", "shop.example"));
  EXPECT_TRUE(goes_direct("shop.example", "www.shop.example"));
  EXPECT_TRUE(goes_direct(".shop.example", "www.shop.example"));
  EXPECT_FALSE(goes_direct("shop.example", "myshop.example"));
  EXPECT_FALSE(goes_direct("www.shop.example", "shop.example"));
  EXPECT_FALSE(goes_direct("", "shop.example"));
}

TEST(Proxies, AnExceptionIsMeantInAnyCase) {
  EXPECT_TRUE(goes_direct("Shop.EXAMPLE", "www.shop.example"));
  EXPECT_TRUE(goes_direct("[FE80::A]:80", "fe80::a"));
}

TEST(Proxies, AnExceptionMayHaveAPort) {
  EXPECT_TRUE(goes_direct("shop.example:8080", "shop.example", 8080));
  EXPECT_FALSE(goes_direct("shop.example:8080", "shop.example", 80));
  EXPECT_TRUE(goes_direct("[::1]:8080", "::1", 8080));
  EXPECT_FALSE(goes_direct("[::1]:8080", "::1", 80));
  EXPECT_TRUE(goes_direct("::1", "::1", 80));
}

TEST(Proxies, AStarExceptsEverything) { EXPECT_TRUE(goes_direct("*", "anything", 1)); }

}  // namespace
}  // namespace loads::net
