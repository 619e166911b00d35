#include "engine/dns/address.h"

#include <gtest/gtest.h>
#include <sys/un.h>

#include <string>

namespace loads::dns {
namespace {

TEST(Address, IsWrittenWithItsPort) {
  EXPECT_EQ(Address::parse("127.0.0.1", 9200)->to_string(), "127.0.0.1:9200");
  EXPECT_EQ(Address::parse("::1", 9200)->to_string(), "[::1]:9200");
  EXPECT_EQ(Address::parse("2001:DB8:0::1", 80)->host(), "2001:db8::1");
  EXPECT_EQ(Address().to_string(), "0.0.0.0:0");
}

TEST(Address, InFiguresIsNoName) {
  for (const char* name : {"localhost", "", "127.1", "1.2.3.4.5", "1.2.3.256", "[::1]", "::g", "1.2.3.4 "}) {
    EXPECT_FALSE(Address::parse(name, 80)) << name;
  }
  EXPECT_FALSE(Address::parse(std::string("127.0.0.1\0x", 11), 80));
}

TEST(Address, KeepsItsHostWhenThePortChanges) {
  EXPECT_EQ(Address::parse("10.0.0.7", 0)->with_port(65535).to_string(), "10.0.0.7:65535");
  EXPECT_EQ(Address::parse("fe80::1", 1)->with_port(443).port(), 443);
}

TEST(Address, IsWhatTheSystemTakes) {
  const Address v4 = *Address::parse("127.0.0.1", 9200);
  EXPECT_EQ(v4.size(), sizeof(sockaddr_in));
  EXPECT_EQ(v4.data()->sa_family, AF_INET);
  EXPECT_EQ(reinterpret_cast<const sockaddr_in*>(v4.data())->sin_port, htons(9200));
  const Address v6 = *Address::parse("::1", 9200);
  EXPECT_EQ(v6.size(), sizeof(sockaddr_in6));
  EXPECT_EQ(v6.data()->sa_family, AF_INET6);
}

TEST(Address, IsCopiedFromTheSystem) {
  const Address v4 = *Address::parse("127.0.0.1", 9200);
  EXPECT_EQ(Address::from(v4.data(), v4.size()), v4);
  sockaddr_in6 scoped{};
  scoped.sin6_family = AF_INET6;
  scoped.sin6_scope_id = 3;
  const auto v6 = Address::from(reinterpret_cast<const sockaddr*>(&scoped), sizeof scoped);
  ASSERT_TRUE(v6);
  EXPECT_EQ(reinterpret_cast<const sockaddr_in6*>(v6->with_port(80).data())->sin6_scope_id, 3u);
}

TEST(Address, OfAnotherFamilyOrCutShortIsRefused) {
  sockaddr_un unix_socket{};
  unix_socket.sun_family = AF_UNIX;
  EXPECT_FALSE(Address::from(reinterpret_cast<const sockaddr*>(&unix_socket), sizeof unix_socket));
  const Address v4 = *Address::parse("127.0.0.1", 9200);
  EXPECT_FALSE(Address::from(v4.data(), 4));
  const Address v6 = *Address::parse("::1", 9200);
  EXPECT_FALSE(Address::from(v6.data(), sizeof(sockaddr_in)));
  EXPECT_FALSE(Address::from(nullptr, 0));
}

TEST(Address, DiffersByFamilyHostAndPort) {
  const Address address = *Address::parse("127.0.0.1", 80);
  EXPECT_EQ(address, *Address::parse("127.0.0.1", 80));
  EXPECT_NE(address, *Address::parse("127.0.0.1", 81));
  EXPECT_NE(address, *Address::parse("127.0.0.2", 80));
  EXPECT_NE(address, *Address::parse("::ffff:127.0.0.1", 80));
}

}  // namespace
}  // namespace loads::dns
