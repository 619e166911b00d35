#include "proto/wire/why_silent.h"

#include <gtest/gtest.h>

#include "proto/wire/listener.h"
#include "support/temporary_folder.h"

namespace loads::wire {
namespace {

TEST(WhySilent, TellsARefusalFromSilence) {
  EXPECT_EQ(why_silent("ipc:///nowhere/frontend.ipc"), "the socket file does not exist");
  EXPECT_EQ(why_silent("tcp://127.0.0.1:1"), "connection refused");
  const TemporaryFolder folder;
  const std::string file = folder.write("frontend.ipc", "").string();
  EXPECT_EQ(why_silent("ipc://" + file), "connection refused");
  EXPECT_EQ(why_silent("tcp://nosuch.invalid:7780"), "cannot resolve nosuch.invalid");
}

TEST(WhySilent, HasNothingToSayOfWhoListens) {
  const TemporaryFolder folder;
  const std::string endpoint = "ipc://" + (folder.path() / "frontend.ipc").string();
  const Listener listener(endpoint);
  EXPECT_EQ(why_silent(endpoint), "");
}

}  // namespace
}  // namespace loads::wire
