#include "runner/python/python_worker.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

#include "proto/codec.h"

namespace loads::runner {
namespace {

// A process that speaks as this test has it speak.
class PuppetWorker {
 public:
  PuppetWorker() {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    theirs_ = Descriptor(ends[1]);
    worker.emplace(Process({{"sleep", "3600"}}), Descriptor(ends[0]), 2);
  }

  void say(const std::string& message) {
    const auto size = static_cast<std::uint32_t>(message.size());
    const std::string bytes = std::string(reinterpret_cast<const char*>(&size), sizeof size) + message;
    ASSERT_EQ(::send(theirs_.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    worker->read([this](const proto::Batch&) { ++batches; });
  }

  std::optional<PythonWorker> worker;
  int batches = 0;

 private:
  Descriptor theirs_;
};

proto::FromWorker batch_of_step(std::uint32_t step) {
  proto::Batch batch;
  batch.run = "local";
  batch.seq = 1;
  batch.slices.emplace_back().step = step;
  return batch;
}

TEST(PythonWorker, ABatchOfThePlanIsTaken) {
  PuppetWorker puppet;
  puppet.say(proto::encode(batch_of_step(1)));
  EXPECT_EQ(puppet.batches, 1);
  EXPECT_FALSE(puppet.worker->is_over());
}

TEST(PythonWorker, OneThatTellsOfAStepThatThePlanHasNotIsKilled) {
  PuppetWorker puppet;
  puppet.say(proto::encode(batch_of_step(2)));
  EXPECT_EQ(puppet.batches, 0);
  EXPECT_EQ(puppet.worker->epitaph(), "what it says makes no sense: it tells of a step that the plan has not");
  EXPECT_EQ(describe_end(puppet.worker->process().wait()), "signal 9 (Killed)");
}

TEST(PythonWorker, OneWhoseBytesAreNoMessageIsKilled) {
  PuppetWorker puppet;
  puppet.say("\xc1");
  EXPECT_TRUE(puppet.worker->is_over());
  EXPECT_EQ(describe_end(puppet.worker->process().wait()), "signal 9 (Killed)");
}

}  // namespace
}  // namespace loads::runner
