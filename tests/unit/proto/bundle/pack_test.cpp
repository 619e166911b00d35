#include "proto/bundle/pack.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "common/failure.h"
#include "proto/bundle/container.h"
#include "proto/bundle/limits.h"
#include "proto/bundle/sha256.h"
#include "unit/proto/bundle/raw_bundle.h"
#include "unit/proto/bundle/scratch.h"

namespace loads::bundle {
namespace {

namespace fs = std::filesystem;

std::string failure_of(std::vector<Entry> entries) {
  try {
    pack(std::move(entries));
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::usage);
    EXPECT_EQ(failure.id(), "bundle");
    return failure.what();
  }
  return {};
}

TEST(Pack, MakesABundleNamedByItsSha256) {
  const Scratch disk;
  const auto packed = pack({{"data/a.txt", disk.write("x", "hello")}});
  EXPECT_EQ(packed.bytes, RawBundle(1).file("data/a.txt", "hello").bytes());
  EXPECT_EQ(packed.sha256, sha256_of(packed.bytes));
}

TEST(Pack, KeepsWhetherAFileIsExecutable) {
  const Scratch disk;
  const auto script = disk.write("run.sh", "#!/bin/sh");
  fs::permissions(script, fs::perms::owner_all);
  const auto packed = pack({{"run.sh", script}, {"text", disk.write("text", "")}});
  const auto container = decode(packed.bytes);
  ASSERT_EQ(container.items.size(), 2u);
  EXPECT_TRUE(container.items[0].executable);
  EXPECT_FALSE(container.items[1].executable);
}

TEST(Pack, DependsOnNeitherOrderNorTimes) {
  const Scratch disk;
  const Entry a{"a", disk.write("a", "1")};
  const Entry b{"b", disk.write("b", "2")};
  const auto first = pack({a, b});
  fs::last_write_time(disk / "a", fs::file_time_type::min());
  EXPECT_EQ(pack({b, a}).sha256, first.sha256);
  EXPECT_EQ(pack({b, a, b}).sha256, first.sha256);
  disk.write("a", "3");
  EXPECT_NE(pack({a, b}).sha256, first.sha256);
}

TEST(Pack, RefusesPathsThatAnAgentWouldRefuse) {
  const Scratch disk;
  const auto file = disk.write("a", "1");
  const std::string begin = "the file " + file.string() + " cannot be sent to the agents: ";
  EXPECT_EQ(failure_of({{"../a", file}}), begin + "its path \"../a\": it leads out of its folder");
  EXPECT_EQ(failure_of({{"/a", file}}), begin + "its path \"/a\": it is absolute");
  EXPECT_EQ(failure_of({{"", file}}), begin + "its path \"\": it is empty");
  EXPECT_EQ(failure_of({{"a", file}, {"a/b", file}}), "\"a\" would be a file and a folder at the agents. Rename one of them");
  EXPECT_EQ(failure_of({{"a", disk / "0"}, {"a", file}}), begin + "another file has its path \"a\" too");
}

TEST(Pack, NamesWhatIsNoFile) {
  const Scratch disk;
  const std::string begin = "the file " + disk.path().string();
  EXPECT_EQ(failure_of({{"a", disk / "missing"}}), begin + "/missing cannot be sent to the agents: No such file or directory");
  EXPECT_EQ(failure_of({{"a", disk.path()}}), begin + " cannot be sent to the agents: it is no regular file");
  ASSERT_EQ(mkfifo((disk / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(failure_of({{"a", disk / "fifo"}}), begin + "/fifo cannot be sent to the agents: it is no regular file");
}

TEST(Pack, HoldsUpTo64MiB) {
  const Scratch disk;
  const auto large = disk.write("large", "");
  const std::size_t head = 16 + 11 + 1;
  fs::resize_file(large, kMaxPacked - head);
  EXPECT_EQ(pack({{"l", large}}).bytes.size(), kMaxPacked);
  fs::resize_file(large, kMaxPacked - head + 1);
  EXPECT_NE(failure_of({{"l", large}}).find("come to more than 64 MiB"), std::string::npos);
  fs::resize_file(large, kMaxPacked - head);
  EXPECT_NE(failure_of({{"l", large}, {"m", disk.write("m", "")}}).find("come to more than 64 MiB"), std::string::npos);
}

TEST(Pack, HoldsUpTo10000Files) {
  const Scratch disk;
  const auto file = disk.write("a", "");
  std::vector<Entry> entries;
  for (int i = 0; i < 10'000; ++i) entries.push_back({std::to_string(i), file});
  EXPECT_EQ(decode(pack(entries).bytes).items.size(), 10'000u);
  entries.push_back({"one more", file});
  EXPECT_EQ(failure_of(entries), "the test and its files are 10001 files; at most 10000 can be sent to the agents");
}

}  // namespace
}  // namespace loads::bundle
