#include "proto/bundle/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "common/failure.h"
#include "proto/bundle/limits.h"
#include "proto/bundle/sha256.h"
#include "unit/proto/bundle/scratch.h"

namespace loads::bundle {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

using Strings = std::vector<std::string>;
using Data = std::vector<std::uint8_t>;

std::string failure_of(const fs::path& folder) {
  try {
    const BundleCache cache(folder, 100);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::local_resource);
    EXPECT_EQ(failure.id(), "bundle-cache");
    return failure.what();
  }
  return {};
}

class Cache : public testing::Test {
 protected:
  // A bundle of 40 bytes, used `age` hours ago. Its name.
  std::string store(char letter, int age = 0) {
    const Data bytes(40, static_cast<std::uint8_t>(letter));
    const std::string name = sha256_of(bytes);
    auto begun = cache_.receive(name, bytes.size());
    EXPECT_TRUE(begun.receiving) << begun.error;
    EXPECT_EQ(begun.receiving->append(0, bytes).error, "");
    EXPECT_EQ(begun.receiving->finish().error, "");
    fs::last_write_time(folder_ / name, fs::file_time_type::clock::now() - std::chrono::hours(age));
    return name;
  }

  Scratch disk_;
  fs::path folder_ = disk_ / "some/cache";
  BundleCache cache_{folder_, 100};
};

TEST_F(Cache, ItsFolderIsMadeAndPrivate) {
  struct stat status {};
  ASSERT_EQ(::stat(folder_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700u);
}

TEST_F(Cache, AFolderThatOthersMayWriteToIsRefused) {
  fs::permissions(folder_, fs::perms::others_write, fs::perm_options::add);
  EXPECT_THAT(failure_of(folder_), HasSubstr("others may write to it. chmod go-w"));
  EXPECT_THAT(failure_of(disk_.write("file", "")), HasSubstr("it is no folder"));
}

TEST_F(Cache, GivesBackWhatWasStored) {
  const auto name = store('a');
  EXPECT_TRUE(cache_.contains(name));
  EXPECT_EQ(cache_.read(name), Data(40, 'a'));
  EXPECT_EQ(cache_.pin(name)->size(), 40u);
  EXPECT_TRUE(BundleCache(folder_, 100).contains(name));
}

TEST_F(Cache, ReadsInChunks) {
  const auto name = store('a');
  EXPECT_EQ(cache_.read_chunk(name, 0, 30), Data(30, 'a'));
  EXPECT_EQ(cache_.read_chunk(name, 30, 30), Data(10, 'a'));
  EXPECT_EQ(cache_.read_chunk(name, 40, 30), Data());
  EXPECT_EQ(cache_.read_chunk(name, ~0ULL, ~std::size_t{0}), Data());
  EXPECT_EQ(cache_.read_chunk(std::string(64, '0'), 0, 30), std::nullopt);
}

TEST_F(Cache, NamesThatAreNoSha256AreNotThere) {
  disk_.write("some/secret", "s");
  disk_.write("some/cache/short", "s");
  for (const std::string& name : {std::string("../secret"), std::string("short"), std::string(), std::string("../../../../etc/passwd")}) {
    EXPECT_FALSE(cache_.contains(name)) << name;
    EXPECT_EQ(cache_.read_chunk(name, 0, 10), std::nullopt) << name;
    EXPECT_EQ(cache_.receive(name, 10).error, "the bundle's name is no SHA-256") << name;
  }
}

TEST_F(Cache, ALinkInItIsNotFollowed) {
  const std::string name(64, 'a');
  fs::create_symlink(disk_.write("secret", "s"), folder_ / name);
  EXPECT_FALSE(cache_.contains(name));
}

TEST_F(Cache, ImpossibleSizesAreRefused) {
  const std::string name(64, 'a');
  EXPECT_THAT(cache_.receive(name, 1ULL << 63).error, HasSubstr("at most 64 MiB"));
  EXPECT_THAT(cache_.receive(name, kMaxPacked + 1).error, HasSubstr("at most 64 MiB"));
  EXPECT_THAT(cache_.receive(name, 0).error, HasSubstr("a bundle of 0 bytes"));
  EXPECT_EQ(disk_.files(), Strings());
}

TEST_F(Cache, WhatTheDiskHasSpoiltIsRemoved) {
  const auto name = store('a');
  disk_.write("some/cache/" + name, "spoilt");
  EXPECT_EQ(cache_.read(name), std::nullopt);
  EXPECT_FALSE(cache_.contains(name));
}

TEST_F(Cache, TheLongestUnusedMakesRoom) {
  const auto a = store('a', 2);
  const auto b = store('b', 3);
  const auto c = store('c');
  EXPECT_TRUE(cache_.contains(a));
  EXPECT_FALSE(cache_.contains(b));
  EXPECT_TRUE(cache_.contains(c));
}

TEST_F(Cache, ReadingIsUse) {
  const auto a = store('a', 3);
  const auto b = store('b', 2);
  cache_.read_chunk(a, 0, 1);
  store('c');
  EXPECT_TRUE(cache_.contains(a));
  EXPECT_FALSE(cache_.contains(b));
}

TEST_F(Cache, WhatIsPinnedStays) {
  const auto a = store('a', 3);
  const auto b = store('b', 2);
  auto pin = cache_.pin(a);
  fs::last_write_time(folder_ / a, fs::file_time_type::clock::now() - std::chrono::hours(3));
  store('c', 1);
  EXPECT_TRUE(fs::exists(folder_ / a));
  EXPECT_FALSE(fs::exists(folder_ / b));
  pin.reset();
  fs::last_write_time(folder_ / a, fs::file_time_type::clock::now() - std::chrono::hours(3));
  store('d');
  EXPECT_FALSE(fs::exists(folder_ / a));
}

TEST_F(Cache, WhatAnotherProcessHasPinnedStays) {
  const auto a = store('a', 3);
  int ready[2];
  int done[2];
  ASSERT_EQ(::pipe(ready) + ::pipe(done), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(done[1]);
    const auto pin = BundleCache(folder_, 100).pin(a);
    char byte = pin ? 'y' : 'n';
    const bool told = ::write(ready[1], &byte, 1) == 1 && ::read(done[0], &byte, 1) == 0;
    ::_exit(told ? 0 : 1);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  fs::last_write_time(folder_ / a, fs::file_time_type::clock::now() - std::chrono::hours(3));
  store('b', 2);
  store('c', 1);
  EXPECT_TRUE(fs::exists(folder_ / a));
  ::close(done[1]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  for (const int end : {ready[0], ready[1], done[0]}) ::close(end);
  fs::last_write_time(folder_ / a, fs::file_time_type::clock::now() - std::chrono::hours(3));
  store('d');
  EXPECT_FALSE(fs::exists(folder_ / a));
}

TEST_F(Cache, LeftoversAreRemovedAndWhatIsOnItsWayIsNot) {
  disk_.write("some/cache/receiving-dead00", "half a bundle");
  auto begun = cache_.receive(std::string(64, 'a'), 10);
  ASSERT_EQ(disk_.files().size(), 1u);
  const auto name = disk_.files()[0];
  EXPECT_NE(name, "some/cache/receiving-dead00");
  BundleCache(folder_, 100).receive(std::string(64, 'b'), 90);
  EXPECT_EQ(disk_.files(), Strings{name});
  begun.receiving.reset();
  EXPECT_EQ(disk_.files(), Strings());
}

}  // namespace
}  // namespace loads::bundle
