#include "broker/service/turnstile.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

#include "common/descriptor.h"

namespace loads::broker {
namespace {

constexpr int kNoneSpared = std::numeric_limits<int>::max();

// A listener without a name that anybody else could know, and those who come to it.
class TurnstileTest : public testing::Test {
 protected:
  TurnstileTest() {
    sockaddr_un unnamed{};
    unnamed.sun_family = AF_UNIX;
    ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&unnamed), sizeof unnamed.sun_family);
    ::listen(listener_.get(), 8);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address_), &size_);
  }
  ~TurnstileTest() override { spare_descriptors(kNoneSpared); }

  Descriptor come() const {
    Descriptor peer(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(peer.get(), reinterpret_cast<const sockaddr*>(&address_), size_), 0);
    return peer;
  }
  Descriptor accept() const { return Descriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }

  Descriptor listener_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  sockaddr_un address_{};
  socklen_t size_ = sizeof address_;
};

bool is_closed(const Descriptor& peer) {
  char byte = 0;
  return ::recv(peer.get(), &byte, 1, MSG_DONTWAIT) == 0;
}

TEST_F(TurnstileTest, AConnectionThatWouldTakeASparedDescriptorIsClosed) {
  const Descriptor peer = come();
  spare_descriptors(peer.get() + 1);  // the next one that is free
  EXPECT_FALSE(accept().is_open());
  EXPECT_EQ(errno, ECONNABORTED);
  EXPECT_TRUE(is_closed(peer));
}

TEST_F(TurnstileTest, AConnectionBelowThemIsLetIn) {
  const Descriptor peer = come();
  spare_descriptors(peer.get() + 2);
  EXPECT_TRUE(accept().is_open());
}

TEST_F(TurnstileTest, WithoutDescriptorsAPeerSeemsToHaveGone) {
  const Descriptor peer = come();
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(peer.get()) + 1;
  ::setrlimit(RLIMIT_NOFILE, &none);
  const bool accepted = accept().is_open();
  const int error = errno;
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_FALSE(accepted);
  EXPECT_EQ(error, ECONNABORTED);
}

TEST_F(TurnstileTest, WhereNobodyWaitsItSaysSo) {
  EXPECT_FALSE(accept().is_open());
  EXPECT_EQ(errno, EAGAIN);
}

}  // namespace
}  // namespace loads::broker
