#include "runner/worker/worker.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "common/failure.h"
#include "proto/agent_messages.h"
#include "proto/codec.h"
#include "proto/frame_stream.h"

namespace loads::runner {
namespace {

int code_of(const Environment& environment) {
  try {
    return run_worker(environment, make_thread_share);
  } catch (const Failure& failure) {
    EXPECT_STREQ(failure.what(), "--worker is for loads-agent, which starts its workers by itself: LOADS_WORKER_SOCKET names no socket.");
    return failure.code();
  }
}

TEST(Worker, IsStartedByAnAgentAlone) {
  EXPECT_EQ(code_of({}), exit_code::usage);
  EXPECT_EQ(code_of({{"LOADS_WORKER_SOCKET", ""}}), exit_code::usage);
  EXPECT_EQ(code_of({{"LOADS_WORKER_SOCKET", "-1"}}), exit_code::usage);
  EXPECT_EQ(code_of({{"LOADS_WORKER_SOCKET", "3 "}}), exit_code::usage);
  const Descriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(code_of({{"LOADS_WORKER_SOCKET", std::to_string(file.get())}}), exit_code::usage);
}

TEST(Worker, HidesItsSocketAnswersAndEndsWithItsAgent) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const std::string number = std::to_string(ends[1]);
  ::setenv("LOADS_WORKER_SOCKET", number.c_str(), 1);
  proto::FrameStream agent{Descriptor(ends[0])};
  proto::Prepare prepare;
  prepare.run = "0123abcd";
  prepare.order.plan.steps = {{1, 1, {}}};
  prepare.order.test.url = "no URL at all";
  ASSERT_TRUE(agent.send(proto::encode(prepare)));
  agent.end_sending();
  EXPECT_EQ(run_worker({{"LOADS_WORKER_SOCKET", number}}, make_thread_share), exit_code::passed);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  EXPECT_EQ(::getenv("LOADS_WORKER_SOCKET"), nullptr);
  agent.receive();
  const auto frame = agent.next();
  ASSERT_TRUE(frame);
  const auto decoded = proto::decode<proto::FromWorker>(*frame);
  const auto* prepared = std::get_if<proto::Prepared>(&decoded.message);
  ASSERT_NE(prepared, nullptr);
  EXPECT_EQ(prepared->run, "0123abcd");
  EXPECT_EQ(prepared->exit_code, exit_code::usage);
  EXPECT_EQ(prepared->error_id, "options");
}

}  // namespace
}  // namespace loads::runner
