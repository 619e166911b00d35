#include "broker/web/address.h"

#include <gtest/gtest.h>

#include <string>

#include "common/failure.h"
#include "support/refusal.h"

namespace loads::broker::web {
namespace {

TEST(WebAddress, IsOfThisMachine) {
  EXPECT_EQ(parse_address("127.0.0.1:8989").host, "127.0.0.1");
  EXPECT_EQ(parse_address("127.0.0.1:8989").port, 8989);
  EXPECT_EQ(parse_address("localhost:0").host, "127.0.0.1");
  EXPECT_EQ(parse_address("[::1]:80").host, "::1");
  EXPECT_EQ(parse_address("127.8.0.1:65535").port, 65535);
}

TEST(WebAddress, OfOthersIsRefused) {
  for (const char* text : {"0.0.0.0:8989", "192.168.1.4:8989", "[::]:8989", "[2001:db8::1]:80"}) {
    const Refusal failure = refusal([&] { parse_address(text); });
    EXPECT_EQ(failure.id, "web") << text;
    EXPECT_NE(failure.message.find("ssh -L"), std::string::npos) << failure.message;
  }
}

TEST(WebAddress, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", "8989", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "[::1]", "[::1]x:80", "box:8989", "::1:80"})
    EXPECT_EQ(refusal([&] { parse_address(text); }).code, exit_code::usage) << text;
}

TEST(WebAddress, AHostIsThisMachineWithOrWithoutAPort) {
  for (const char* host : {"127.0.0.1", "127.0.0.1:8989", "localhost", "localhost:8989", "[::1]", "[::1]:8989"})
    EXPECT_TRUE(is_loopback_host(host)) << host;
  for (const char* host : {"", "evil.example", "evil.example:8989", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1",
                           "127.0.0.1:x", "[::1", "[::2]", "localhost:8989:1"})
    EXPECT_FALSE(is_loopback_host(host)) << host;
}

}  // namespace
}  // namespace loads::broker::web
