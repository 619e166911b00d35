#include "proto/bundle/unpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "proto/bundle/beneath.h"
#include "proto/bundle/collect.h"
#include "proto/bundle/pack.h"
#include "unit/proto/bundle/raw_bundle.h"
#include "unit/proto/bundle/scratch.h"

namespace loads::bundle {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

using Strings = std::vector<std::string>;

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0U;
}

TEST(Unpack, MakesTheFilesThatWerePacked) {
  const Scratch from;
  fs::permissions(from.write("example.so", std::string(300'000, 'e')), fs::perms::owner_all);
  from.write("data/users/1.json", "{}");
  from.write("data/.hidden", "");
  from.write("z", std::string("\0\n\xff", 3));
  const auto packed = pack(collect({"."}, from.path()));

  const Scratch to;
  ASSERT_EQ(unpack(packed.bytes, to / "run").error, "");
  EXPECT_EQ(to.files(), (Strings{"run/data/.hidden", "run/data/users/1.json", "run/example.so", "run/z"}));
  for (const std::string& name : from.files()) EXPECT_EQ(text_in(to / "run" / name), text_in(from / name)) << name;
  EXPECT_EQ(pack(collect({"."}, to / "run")).sha256, packed.sha256);
}

TEST(Unpack, GivesModesOfItsOwn) {
  const Scratch to;
  ASSERT_TRUE(unpack(RawBundle(2).file("folder/run.sh", "", 1).file("text", "").bytes(), to / "run"));
  EXPECT_EQ(mode_of(to / "run"), 0700u);
  EXPECT_EQ(mode_of(to / "run/folder"), 0700u);
  EXPECT_EQ(mode_of(to / "run/folder/run.sh"), 0700u);
  EXPECT_EQ(mode_of(to / "run/text"), 0600u);
}

TEST(Unpack, HostileBytesLeaveNothing) {
  const Scratch to;
  fs::create_directories(to / "a/b/c");
  for (const HostileCase& hostile : hostile_cases()) {
    EXPECT_THAT(unpack(hostile.bytes, to / "a/b/c/run").error, HasSubstr(hostile.error)) << hostile.what;
    EXPECT_FALSE(fs::exists(to / "a/b/c/run")) << hostile.what;
  }
  EXPECT_EQ(to.files(), Strings());
}

TEST(Unpack, WantsANewFolder) {
  const Scratch to;
  to.write("run/mine", "1");
  EXPECT_EQ(unpack(bundle_of("a"), to / "run").error, "cannot write " + (to / "run").string() + ": File exists");
  EXPECT_EQ(to.files(), Strings{"run/mine"});
  EXPECT_THAT(unpack(bundle_of("a"), to / "missing/run").error, HasSubstr("No such file"));
}

TEST(Unpack, ALinkInPlaceOfTheFolderIsNotFollowed) {
  const Scratch to;
  const Scratch outside;
  fs::create_symlink(outside.path(), to / "run");
  fs::create_symlink(outside / "new", to / "dangling");
  EXPECT_FALSE(unpack(bundle_of("a"), to / "run"));
  EXPECT_FALSE(unpack(bundle_of("a"), to / "dangling"));
  EXPECT_EQ(outside.files(), Strings());
  EXPECT_FALSE(fs::exists(outside / "new"));
  EXPECT_TRUE(fs::is_symlink(to / "run"));
}

TEST(Unpack, AFailureWhileWritingLeavesNothing) {
  struct ::rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
  const ::rlimit small{1000, before.rlim_max};
  const Scratch to;
  const auto bytes = RawBundle(3).file("a", "1").file("b/c", std::string(1001, 'x')).file("d", "2").bytes();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Outcome outcome = unpack(bytes, to / "run");
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(outcome.error, "cannot write " + (to / "run/b/c").string() + ": File too large");
  EXPECT_FALSE(fs::exists(to / "run"));
}

class BeneathAFolder : public testing::TestWithParam<Beneath::Way> {
 protected:
  bool create(const std::string& path) const {
    Beneath beneath(inside_.path(), GetParam());
    const File file = beneath.create(path, 0600);
    return file && file.write_at(0, bytes_of("new"));
  }

  Scratch inside_;
  Scratch outside_;
};

TEST_P(BeneathAFolder, FilesAndTheirFoldersAreMade) {
  EXPECT_TRUE(create("a"));
  EXPECT_TRUE(create("b/c/d"));
  EXPECT_TRUE(create("b/c/e"));
  EXPECT_TRUE(create("b/f"));
  EXPECT_EQ(inside_.files(), (Strings{"a", "b/c/d", "b/c/e", "b/f"}));
  EXPECT_EQ(text_in(inside_ / "b/c/d"), "new");
}

TEST_P(BeneathAFolder, PlantedLinksAreNotFollowed) {
  fs::create_symlink(outside_.path(), inside_ / "folder");
  fs::create_symlink(outside_ / "file", inside_ / "file");
  fs::create_directories(inside_ / "a");
  fs::create_symlink("../..", inside_ / "a/up");
  EXPECT_FALSE(create("folder/x"));
  EXPECT_FALSE(create("folder/x/y"));
  EXPECT_FALSE(create("file"));
  EXPECT_FALSE(create("a/up/x"));
  EXPECT_EQ(outside_.files(), Strings());
  EXPECT_EQ(inside_.files(), (Strings{"a/up", "file", "folder"}));
}

TEST_P(BeneathAFolder, LinksThatStayInsideAreNotFollowedEither) {
  fs::create_directories(inside_ / "a");
  fs::create_symlink("a", inside_ / "link");
  EXPECT_FALSE(create("link/x"));
  EXPECT_EQ(inside_.files(), Strings{"link"});
}

TEST_P(BeneathAFolder, WhatIsThereIsNotTouched) {
  inside_.write("a", "old");
  EXPECT_FALSE(create("a"));
  EXPECT_FALSE(create("a/b"));
  EXPECT_EQ(text_in(inside_ / "a"), "old");
}

TEST_P(BeneathAFolder, NoPathLeadsOut) {
  const std::string name = outside_.path().filename().string();
  for (const std::string& path : Strings{"../" + name + "/x", "a/../../" + name + "/x", (outside_ / "x").string(), "..", "../"}) {
    EXPECT_FALSE(create(path)) << path;
  }
  EXPECT_EQ(outside_.files(), Strings());
}

INSTANTIATE_TEST_SUITE_P(EitherWay, BeneathAFolder, testing::Values(Beneath::Way::openat2, Beneath::Way::by_component),
                         [](const auto& each) { return each.param == Beneath::Way::openat2 ? "Openat2" : "ByComponent"; });

}  // namespace
}  // namespace loads::bundle
