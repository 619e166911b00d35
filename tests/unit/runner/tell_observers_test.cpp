#include "runner/tell_observers.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <sstream>

#include "support/temporary_folder.h"
#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

TEST(TellObservers, ASignalThatCameAsTheRunWasEndingDoesNotEndIt) {
  const TemporaryFolder folder;
  const std::filesystem::path told = folder.path() / "told";
  std::ostringstream errors;
  Signals signals;
  std::raise(SIGINT);
  tell_observers({{"command", "", {}, "", "", "touch " + told.string()}}, empty_report(), signals, errors);
  EXPECT_EQ(errors.str(), "");
  EXPECT_TRUE(std::filesystem::exists(told));
}

}  // namespace
}  // namespace loads::runner
