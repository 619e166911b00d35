#include "examples/target/options.h"

#include <gtest/gtest.h>

#include <vector>

#include "common/failure.h"

namespace loads::target {
namespace {

std::optional<Options> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "loads-target");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

int exit_code_of(std::vector<const char*> arguments) {
  try {
    parse(std::move(arguments));
  } catch (const Failure& failure) {
    return failure.code();
  }
  return exit_code::passed;
}

TEST(TargetOptions, DefaultsAreAnyPortOfLoopback) {
  const auto options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->address, "127.0.0.1");
  EXPECT_EQ(options->port, 0);
  EXPECT_EQ(options->threads, 1u);
  EXPECT_EQ(options->status, 200);
}

TEST(TargetOptions, AllAreRead) {
  const auto options = parse({"--address", "::1", "--port", "9200", "--threads", "2", "--status", "503", "--delay", "20ms"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->address, "::1");
  EXPECT_EQ(options->port, 9200);
  EXPECT_EQ(options->threads, 2u);
  EXPECT_EQ(options->status, 503);
  EXPECT_EQ(options->delay, std::chrono::milliseconds(20));
}

TEST(TargetOptions, ADelayWithoutUnitIsInSeconds) {
  EXPECT_EQ(parse({"--delay", "0.05"})->delay, std::chrono::milliseconds(50));
  EXPECT_EQ(parse({"--delay", "2s"})->delay, std::chrono::seconds(2));
}

TEST(TargetOptions, WrongOnesEndWithTwo) {
  EXPECT_EQ(exit_code_of({"--port", "70000"}), exit_code::usage);
  EXPECT_EQ(exit_code_of({"--port", "http"}), exit_code::usage);
  EXPECT_EQ(exit_code_of({"--status", "99"}), exit_code::usage);
  EXPECT_EQ(exit_code_of({"--delay", "5h"}), exit_code::usage);
  EXPECT_EQ(exit_code_of({"--no-such-option"}), exit_code::usage);
}

TEST(TargetOptions, HelpIsNoRun) {
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parse({"--help"}));
  EXPECT_NE(testing::internal::GetCapturedStdout().find("/drip/N/MS"), std::string::npos);
}

}  // namespace
}  // namespace loads::target
