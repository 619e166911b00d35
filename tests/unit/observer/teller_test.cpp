#include "observer/teller.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

namespace loads::observer {
namespace {

Telling command(const std::string& run, const std::string& line) {
  RunEnd end;
  end.run = run;
  return {proto::Observer{"command", {}, {}, {}, {}, line}, end};
}

// The run of the first telling that comes to an end.
std::string next_told(Teller& teller) {
  for (;;) {
    if (const auto told = teller.take(); !told.empty()) return told.front().run;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TEST(Teller, OneThatIsTriedAgainLaterHoldsUpNoOther) {
  Teller teller;
  teller.add(command("fails", "false"));
  for (int i = 0; i < 20; ++i) {
    const std::string run = "run" + std::to_string(i);
    teller.add(command(run, "true"));
    ASSERT_EQ(next_told(teller), run);
  }
}

}  // namespace
}  // namespace loads::observer
