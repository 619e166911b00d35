#include "common/target_rules.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace loads {
namespace {

using Rules = std::vector<std::string>;

// A connection to `address`, of a server that is called `host`.
bool allows(const Rules& rules, const std::string& host, const std::string& address, std::uint16_t port) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  const bool is_v6 = inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1;
  EXPECT_TRUE(is_v6 || inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) << address;
  const auto* given = is_v6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  return !TargetRules(rules).why_not(host, given);
}

struct Case {
  Rules rules;
  const char* host;
  const char* address;
  std::uint16_t port;
  bool allowed;
};

class TargetRulesCases : public testing::TestWithParam<Case> {};

TEST_P(TargetRulesCases, AreDecidedByTheResolvedAddress) {
  const Case& one = GetParam();
  EXPECT_EQ(allows(one.rules, one.host, one.address, one.port), one.allowed) << one.host << " at " << one.address << ":" << one.port;
}

const Rules kNone;

INSTANTIATE_TEST_SUITE_P(
    All, TargetRulesCases,
    testing::Values(
        // Without rules
        Case{kNone, "shop", "10.0.0.1", 80, true}, Case{kNone, "shop", "2001:db8::1", 443, true},
        Case{kNone, "localhost", "127.0.0.1", 9200, true},
        // Never
        Case{kNone, "metadata", "169.254.169.254", 80, false}, Case{kNone, "metadata", "::ffff:169.254.169.254", 80, false},
        Case{kNone, "metadata", "64:ff9b::a9fe:a9fe", 80, false}, Case{kNone, "metadata", "fd00:ec2::254", 80, false},
        Case{{"169.254.0.0/16"}, "x", "169.254.169.254", 80, false}, Case{{"metadata"}, "metadata", "169.254.169.254", 80, false},
        Case{kNone, "x", "224.0.0.1", 80, false}, Case{kNone, "x", "239.255.255.250", 1900, false}, Case{kNone, "x", "ff02::1", 80, false},
        Case{kNone, "x", "255.255.255.255", 80, false}, Case{kNone, "x", "::ffff:255.255.255.255", 80, false},
        Case{kNone, "x", "::ffff:224.0.0.1", 80, false}, Case{{"0.0.0.0/0"}, "x", "224.0.0.1", 80, false},
        Case{kNone, "ecs", "169.254.170.2", 80, false}, Case{kNone, "alibaba", "100.100.100.200", 80, false},
        Case{kNone, "openstack", "fe80::a9fe:a9fe", 80, false}, Case{kNone, "azure", "::ffff:168.63.129.16", 80, false},
        Case{kNone, "x", "169.254.169.253", 80, true}, Case{kNone, "x", "223.255.255.255", 80, true},
        // Networks
        Case{{"10.0.0.0/8"}, "x", "10.255.0.1", 80, true}, Case{{"10.0.0.0/8"}, "x", "11.0.0.1", 80, false},
        Case{{"10.0.0.0/8"}, "x", "::ffff:10.1.2.3", 80, true}, Case{{"10.0.0.0/8"}, "x", "::ffff:11.1.2.3", 80, false},
        Case{{"10.0.0.0/8"}, "x", "64:ff9b::a01:203", 80, true}, Case{{"192.168.4.0/22"}, "x", "192.168.7.255", 80, true},
        Case{{"192.168.4.0/22"}, "x", "192.168.8.0", 80, false}, Case{{"0.0.0.0/0"}, "x", "8.8.8.8", 53, true},
        Case{{"0.0.0.0/0"}, "x", "2001:db8::1", 80, false}, Case{{"::/0"}, "x", "2001:db8::1", 80, true},
        Case{{"::/0"}, "x", "8.8.8.8", 80, false}, Case{{"2001:db8::/32"}, "x", "2001:db8:ffff::1", 80, true},
        Case{{"2001:db8::/32"}, "x", "2001:db9::1", 80, false}, Case{{"[2001:db8::]/33"}, "x", "2001:db8:8000::1", 80, false},
        // Addresses, and ports
        Case{{"10.1.2.3"}, "x", "10.1.2.3", 1, true}, Case{{"10.1.2.3"}, "x", "10.1.2.4", 1, false},
        Case{{"10.1.2.3:80"}, "x", "10.1.2.3", 80, true}, Case{{"10.1.2.3:80"}, "x", "10.1.2.3", 81, false},
        Case{{"10.0.0.0/8:443"}, "x", "10.9.9.9", 443, true}, Case{{"10.0.0.0/8:443"}, "x", "10.9.9.9", 80, false},
        Case{{"[::1]:8080"}, "localhost", "::1", 8080, true}, Case{{"[::1]:8080"}, "localhost", "::1", 8081, false},
        Case{{"::1"}, "localhost", "::1", 5, true}, Case{{"127.0.0.1"}, "localhost", "::1", 5, false},
        Case{{"[2001:db8::]/32:443"}, "x", "2001:db8::5", 443, true},
        // Names: that name, wherever it leads, and no other that leads to the same place
        Case{{"shop.example"}, "shop.example", "203.0.113.7", 80, true}, Case{{"shop.example"}, "SHOP.example.", "203.0.113.7", 80, true},
        Case{{"shop.example"}, "203.0.113.7", "203.0.113.7", 80, false}, Case{{"shop.example"}, "evil.example", "10.0.0.1", 80, false},
        Case{{"shop.example"}, "shop.example.evil", "203.0.113.7", 80, false},
        Case{{"shop.example:443"}, "shop.example", "203.0.113.7", 80, false},
        Case{{"shop.example:443"}, "shop.example", "203.0.113.7", 443, true},
        // A name of an allowed network's that is made to lead elsewhere
        Case{{"10.0.0.0/8"}, "rebound.example", "127.0.0.1", 80, false},
        Case{{"10.0.0.0/8"}, "10.0.0.1.evil.example", "127.0.0.1", 80, false},
        // Several
        Case{{"shop.example", "10.0.0.0/8"}, "x", "10.0.0.1", 80, true}, Case{{"shop.example", "10.0.0.0/8"}, "x", "0.0.0.0", 80, false}));

TEST(TargetRules, WhatIsNoRuleIsRefused) {
  for (const char* text : {"",
                           ":80",
                           "10.0.0.0/33",
                           "10.0.0.0/",
                           "10.0.0.0/8:",
                           "10.0.0.0/8:0",
                           "10.0.0.0/8:65536",
                           "10.0.0/8",
                           "10.0.0.256",
                           "1.2.3",
                           "[::1",
                           "[::1]x",
                           "[::1]/129",
                           "shop.example/8",
                           "shop example",
                           "http://shop.example",
                           "shop.example:http",
                           "*",
                           "::1/x",
                           "[shop]:80:90"}) {
    EXPECT_THROW(TargetRules({text}), std::invalid_argument) << text;
  }
}

TEST(TargetRules, ARefusalSaysWhy) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  inet_pton(AF_INET, "169.254.169.254", &address.sin_addr);
  EXPECT_EQ(TargetRules().why_not("x", reinterpret_cast<const sockaddr*>(&address)),
            "it is a cloud's metadata service, which no agent connects to");
  inet_pton(AF_INET, "8.8.8.8", &address.sin_addr);
  EXPECT_EQ(TargetRules({"10.0.0.0/8"}).why_not("x", reinterpret_cast<const sockaddr*>(&address)),
            "it is not among the agent's --allow-target");
}

}  // namespace
}  // namespace loads
