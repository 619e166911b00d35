#include "runner/external/external_share.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include "common/metrics/tally.h"
#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;

// Says who it is and that its run was a success, and ends when it is told to.
constexpr const char* kRunner = R"(import json, os, sys, time
import zmq
context = zmq.Context()
socket = context.socket(zmq.PUSH)
socket.connect(os.environ["LOADS_ZMQ_RECEIVER"])
with open(sys.argv[1] + "/pid", "w") as file:
    file.write(str(os.getpid()))
socket.send_string(json.dumps({"data_type": "addSuccess", "loads_status": [1, 1, 1, int(os.environ["LOADS_CURRENT_USER"])]}))
while not os.path.exists(sys.argv[1] + "/end"):
    time.sleep(0.01)
socket.close()
context.term()
)";

// It has ended, and nobody has waited for it yet.
void await_end(const std::string& pid) {
  const auto ended = [&] {
    std::ifstream file("/proc/" + pid + "/stat");
    std::string text;
    std::getline(file, text);
    return text.find(") Z ") != std::string::npos;
  };
  while (!ended()) std::this_thread::sleep_for(1ms);
}

TEST(ExternalShare, AProcessThatEndsJustBeforeItIsKilledIsNotCut) {
  const loads::TemporaryFolder folder;
  folder.write("runner.py", kRunner);
  ShareWork work;
  work.test.external = {"/usr/bin/python3 " + (folder.path() / "runner.py").string() + " " + folder.path().string(), "test", 10s};
  work.plan.steps = {{1, 1, {}}};
  metrics::Tally handed_over;
  user::Share* to_cut = nullptr;
  // On the thread that looks after the processes.
  work.sink = [&](metrics::Slice&& slice) {
    handed_over += metrics::tally_of(slice);
    user::Share* const share = std::exchange(to_cut, nullptr);
    if (share == nullptr) return;
    std::string pid;
    std::ifstream(folder.path() / "pid") >> pid;
    folder.write("end", "");
    await_end(pid);
    share->cut();
  };
  work.step_done = [](std::uint32_t, std::chrono::duration<double>) {};
  ExternalShare share(std::move(work));
  to_cut = &share;
  share.start({});
  EXPECT_TRUE(share.wait_for(60s));
  EXPECT_EQ(handed_over.outcomes[static_cast<std::size_t>(metrics::Outcome::success)], 1U);
  EXPECT_EQ(handed_over.outcomes[static_cast<std::size_t>(metrics::Outcome::cut)], 0U);
}

}  // namespace
}  // namespace loads::runner
