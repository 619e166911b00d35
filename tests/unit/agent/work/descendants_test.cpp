#include "agent/work/descendants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "agent/work/worker_limits.h"

namespace loads::agent {
namespace {

using testing::HasSubstr;

// A process with a child that has left its session; both wait until they are killed.
class Family {
 public:
  Family() {
    int ends[2] = {-1, -1};
    if (::pipe(ends) != 0) ::abort();
    parent_ = ::fork();
    if (parent_ == 0) {
      const pid_t child = ::fork();
      if (child == 0) ::setsid();
      if (child > 0) static_cast<void>(!::write(ends[1], &child, sizeof child));
      for (;;) ::pause();
    }
    EXPECT_EQ(::read(ends[0], &child_, sizeof child_), static_cast<ssize_t>(sizeof child_));
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~Family() {
    ::kill(child_, SIGKILL);
    ::kill(parent_, SIGKILL);
    ::waitpid(parent_, nullptr, 0);
  }
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;

  pid_t parent() const { return parent_; }
  pid_t child() const { return child_; }

 private:
  pid_t parent_ = -1;
  pid_t child_ = -1;
};

TEST(Descendants, AreFoundThroughTheirParentsWhateverTheirSession) {
  const Family family;
  EXPECT_EQ(children_of(family.parent()), std::vector{family.child()});
  const auto all = descendants_of(::getpid());
  EXPECT_TRUE(std::ranges::count(all, family.parent()) == 1 && std::ranges::count(all, family.child()) == 1);
}

TEST(Descendants, OfAProcessThatHasEndedAreNone) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(descendants_of(child).empty());
  EXPECT_EQ(own_memory(child), 0U);
}

TEST(Descendants, AreKilledWithTheirParentsAndAdopted) {
  adopt_orphans();
  const Family family;
  kill_with_descendants({family.parent()});
  for (const pid_t process : {family.parent(), family.child()}) {
    int status = 0;
    ASSERT_EQ(::waitpid(process, &status, 0), process);
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST(WorkerLimits, AnExcessIsNamedWithWhatIsAllowed) {
  const Family family;
  const std::vector all{family.parent(), family.child()};
  EXPECT_EQ(excess_of(all, {0, 0}), "");
  EXPECT_EQ(excess_of(all, {0, 2}), "");
  EXPECT_EQ(excess_of(all, {0, 1}), "with all that it has started it is 2 processes, and may be 1 (loads-agent --worker-processes)");
  const std::vector<char> memory(std::size_t{8} << 20U, 'x');
  EXPECT_GT(own_memory(::getpid()), memory.size());
  EXPECT_THAT(excess_of({::getpid()}, {std::uint64_t{4} << 20U, 0}),
              HasSubstr("of memory, and may take 4 MiB (loads-agent --worker-memory)"));
}

TEST(WorkerLimits, WhatForksShareCountsOnce) {
  const std::vector<char> memory(std::size_t{64} << 20U, 'x');
  const Family family;
  const std::vector all{::getpid(), family.parent(), family.child()};
  for (const pid_t process : all) EXPECT_GT(own_memory(process), memory.size());
  EXPECT_EQ(excess_of(all, {2 * memory.size(), 0}), "");
  EXPECT_THAT(excess_of(all, {memory.size() / 2, 0}), HasSubstr("may take 32 MiB"));
}

}  // namespace
}  // namespace loads::agent
