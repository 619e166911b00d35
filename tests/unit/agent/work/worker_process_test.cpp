#include "agent/work/worker_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "common/failure.h"
#include "support/temporary_folder.h"

namespace loads::agent {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr int kPatience = 30'000;  // milliseconds until a test fails

// A folder with a script that stands in for loads-runner.
class Script {
 public:
  explicit Script(const std::string& text) {
    std::ofstream(path()) << "#!/bin/sh\n" << text << '\n';
    ::chmod(path().c_str(), 0700);
  }
  std::filesystem::path path() const { return folder_.path() / "runner"; }
  WorkerSpawn spawn() const {
    WorkerSpawn how;
    how.runner = path();
    how.folder = folder_.path();
    return how;
  }

 private:
  TemporaryFolder folder_;
};

void wait_for(const WorkerProcess& worker) {
  pollfd polled[] = {{worker.output_descriptor(), POLLIN, 0}, {worker.end_descriptor(), POLLIN, 0}};
  ::poll(polled, 2, kPatience);
}

std::string end_of(WorkerProcess& worker) {
  while (!worker.has_ended()) {
    wait_for(worker);
    worker.read_output();
  }
  return worker.reap();
}

struct Ended {
  std::string why;
  std::vector<std::string> lines;
};
Ended run(const Script& script) {
  WorkerProcess worker(script.spawn());
  Ended ended{end_of(worker), {}};
  for (const auto line : worker.output().lines()) ended.lines.emplace_back(line);
  return ended;
}

std::string first_line(WorkerProcess& worker) {
  while (worker.output().lines().empty()) {
    wait_for(worker);
    worker.read_output();
  }
  return std::string(worker.output().lines().front());
}

TEST(WorkerProcess, AnExitCodeIsNamedWithTheLastLine) {
  EXPECT_EQ(run(Script("echo first; echo 'no such thing' >&2; exit 3")).why, "exit code 3: no such thing");
  EXPECT_EQ(run(Script("exit 0")).why, "exit code 0");
}

TEST(WorkerProcess, ASignalIsNamed) {
  EXPECT_EQ(run(Script("echo ouch; kill -SEGV $$")).why, "SIGSEGV");
  EXPECT_EQ(run(Script("kill -KILL $$")).why, "SIGKILL");
}

TEST(WorkerProcess, RunsInItsFolderWithItsOptionAndWithoutInput) {
  const Script script("pwd; echo \"$*\"; read line || echo nothing to read");
  EXPECT_THAT(run(script).lines, testing::ElementsAre(script.path().parent_path().string(), "--worker", "nothing to read"));
}

TEST(WorkerProcess, HasItsSocketAndItsBlackBoxInTheEnvironmentAndNoSecrets) {
  ::setenv("LOADS_OPT_BROKER", "ipc://secret", 1);
  ::setenv("SOME_API_KEY", "secret", 1);
  const Script script("env; ls -l /proc/self/fd/$LOADS_WORKER_SOCKET");
  WorkerSpawn how = script.spawn();
  how.black_box = "/somewhere/black-box";
  WorkerProcess worker(how);
  end_of(worker);
  ::unsetenv("LOADS_OPT_BROKER");
  ::unsetenv("SOME_API_KEY");
  std::string all;
  for (const auto line : worker.output().lines()) all += std::string(line) + "\n";
  EXPECT_THAT(all, HasSubstr("LOADS_BLACK_BOX=/somewhere/black-box\n"));
  EXPECT_THAT(all, HasSubstr("socket:["));
  EXPECT_THAT(all, Not(HasSubstr("secret")));
}

TEST(WorkerProcess, IsLimited) {
  const Ended ended =
      run(Script("ulimit -c; grep -E 'NoNewPrivs|SigIgn|SigBlk' /proc/self/status; head -c 2000000 /dev/zero > large; wc -c large"));
  EXPECT_EQ(ended.lines.front(), "0");
  EXPECT_THAT(ended.lines, Contains("NoNewPrivs:\t1"));
  EXPECT_THAT(ended.lines, Contains("2000000 large"));
  const Script script("head -c 2000000 /dev/zero > large; wc -c large");
  WorkerSpawn how = script.spawn();
  how.largest_file = 1'000'000;
  WorkerProcess worker(how);
  end_of(worker);
  EXPECT_EQ(worker.output().lines().back(), "1000000 large");
}

TEST(WorkerProcess, InheritsNoDescriptorOfTheAgent) {
  ASSERT_EQ(::dup2(STDERR_FILENO, 200), 200);  // without close-on-exec
  const Ended ended = run(Script("ls /proc/$$/fd"));
  ::close(200);
  EXPECT_THAT(ended.lines, Contains("2"));
  EXPECT_THAT(ended.lines, Not(Contains("200")));
}

TEST(WorkerProcess, IsTheLeaderOfItsOwnSession) {
  const Script script("cut -d' ' -f6 /proc/$$/stat");
  WorkerProcess worker(script.spawn());
  const pid_t pid = worker.pid();
  end_of(worker);
  EXPECT_EQ(worker.output().lines().front(), std::to_string(pid));
}

TEST(WorkerProcess, WhatCannotBeStartedIsAFailureThatNamesIt) {
  WorkerSpawn how;
  how.runner = "/nowhere/loads-runner";
  how.folder = "/";
  try {
    const WorkerProcess worker(how);
    FAIL() << "it was started";
  } catch (const Failure& failure) {
    EXPECT_STREQ(failure.what(), "cannot start a worker: exec /nowhere/loads-runner: No such file or directory");
    EXPECT_EQ(failure.code(), exit_code::local_resource);
  }
  how.folder = "/nowhere";
  EXPECT_THROW(WorkerProcess{how}, Failure);
}

TEST(WorkerProcess, KillTakesItsChildrenAlongAndSaysWhy) {
  const Script script("sleep 1000 & echo $!; wait");
  WorkerProcess worker(script.spawn());
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t child = std::stoi(first_line(worker));
  worker.kill("it was silent");
  worker.kill("another reason");
  EXPECT_EQ(end_of(worker), "it was silent");
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child) << "an orphan comes to this process";
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST(WorkerProcess, AChildThatIsLeftOverDiesWithIt) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const Script script("sleep 1000 & echo $!; exit 4");
  WorkerProcess worker(script.spawn());
  const pid_t child = std::stoi(first_line(worker));
  EXPECT_THAT(end_of(worker), HasSubstr("exit code 4"));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST(WorkerProcess, AFloodOfOutputIsReadInPartsAndItsEndIsKept) {
  const Script script("head -c 20000000 /dev/zero | tr '\\0' x; echo; echo the end");
  WorkerProcess worker(script.spawn());
  wait_for(worker);
  worker.read_output();
  EXPECT_LE(worker.output().dropped() + OutputTail::kKept, 4U * 64 * 1024) << "one call reads no more";
  end_of(worker);
  EXPECT_EQ(worker.output().lines().back(), "the end");
  EXPECT_GT(worker.output().dropped(), 19'000'000U);
}

TEST(WorkerProcess, DiesWithItsAgent) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const Script script("exec sleep 1000");
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t agent = ::fork();
  if (agent == 0) {
    const WorkerProcess worker(script.spawn());
    const pid_t pid = worker.pid();
    if (::write(ends[1], &pid, sizeof pid) != sizeof pid) ::_exit(1);
    ::raise(SIGKILL);
  }
  pid_t worker = -1;
  ASSERT_EQ(::read(ends[0], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
  ::close(ends[0]);
  ::close(ends[1]);
  ASSERT_EQ(::waitpid(agent, nullptr, 0), agent);
  int status = 0;
  ASSERT_EQ(::waitpid(worker, &status, 0), worker);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST(WorkerProcess, TheDestructorLeavesNoZombie) {
  pid_t pid = -1;
  {
    const Script script("exec sleep 1000");
    const WorkerProcess worker(script.spawn());
    pid = worker.pid();
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

}  // namespace
}  // namespace loads::agent
