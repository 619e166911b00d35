#include "proto/wire/poller.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "wire_test.h"

namespace loads::wire {
namespace {

using std::chrono::milliseconds;

TEST(Poller, TellsWhichDescriptorIsReady) {
  const Descriptor quiet(::eventfd(0, EFD_CLOEXEC));
  const Descriptor ringing(::eventfd(1, EFD_CLOEXEC));
  Poller poller;
  poller.add_descriptor(quiet.get());
  poller.add_descriptor(ringing.get());
  EXPECT_EQ(poller.wait(milliseconds(-1)), 1u);
  EXPECT_FALSE(poller.descriptor_ready(quiet.get()));
  EXPECT_TRUE(poller.descriptor_ready(ringing.get()));
  poller.remove_descriptor(ringing.get());
  EXPECT_EQ(poller.wait(milliseconds(0)), 0u);
  EXPECT_FALSE(poller.descriptor_ready(ringing.get()));
}

TEST(Poller, TheEndOfAPipeIsReady) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Descriptor reader(ends[0]);
  ::close(ends[1]);
  Poller poller;
  poller.add_descriptor(reader.get());
  EXPECT_EQ(poller.wait(milliseconds(10000)), 1u);
  EXPECT_TRUE(poller.descriptor_ready(reader.get()));
}

TEST(Poller, ASocketIsReadyUntilItIsEmpty) {
  Context context;
  Socket router = Socket::router(context, Door::backend);
  router.bind("tcp://127.0.0.1:0");
  Socket dealer = Socket::dealer(context);
  dealer.connect(router.last_endpoint());
  ASSERT_TRUE(send_soon(dealer, "one"));
  ASSERT_EQ(dealer.send("two"), Sent::sent);
  Poller poller;
  poller.add(router);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(poller.wait(milliseconds(10000)), 1u);
    EXPECT_TRUE(poller.ready(router));
    EXPECT_TRUE(router.receive().has_value());
  }
  EXPECT_EQ(poller.wait(milliseconds(0)), 0u);
  EXPECT_FALSE(poller.ready(router));
  poller.remove(router);
}

TEST(Poller, ASignalEndsTheWait) {
  struct sigaction previous {};
  struct sigaction action {};
  action.sa_handler = [](int) {};
  ::sigaction(SIGALRM, &action, &previous);
  const Descriptor quiet(::eventfd(0, EFD_CLOEXEC));
  Poller poller;
  poller.add_descriptor(quiet.get());
  const itimerval soon{{0, 10000}, {0, 10000}};  // again and again: the first may come before the wait
  ::setitimer(ITIMER_REAL, &soon, nullptr);
  EXPECT_EQ(poller.wait(milliseconds(-1)), 0u);
  const itimerval never{};
  ::setitimer(ITIMER_REAL, &never, nullptr);
  EXPECT_FALSE(poller.descriptor_ready(quiet.get()));
  ::sigaction(SIGALRM, &previous, nullptr);
}

}  // namespace
}  // namespace loads::wire
