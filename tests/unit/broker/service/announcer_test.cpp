#include "broker/service/announcer.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace loads::broker {
namespace {

TEST(Announcer, AConsoleNamesSomeObserversAndNoCrowd) {
  const TemporaryFolder folder;
  Shelf shelf(folder.path());
  const Announcer announcer(shelf, {{}, {}, true});
  proto::Submit submit;
  submit.observers.assign(10, proto::Observer{"webhook", "http://localhost/", {}, {}, {}, {}});
  EXPECT_EQ(announcer.why_not(submit), "");
  submit.observers.push_back(submit.observers.front());
  EXPECT_EQ(announcer.why_not(submit), "the run names 11 observers, and the broker tells 10 at most for a console.");
}

}  // namespace
}  // namespace loads::broker
