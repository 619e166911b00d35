#include "proto/bundle/collect.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <string>
#include <vector>

#include "common/failure.h"
#include "unit/proto/bundle/scratch.h"

namespace loads::bundle {
namespace {

namespace fs = std::filesystem;

using Strings = std::vector<std::string>;

class Collect : public testing::Test {
 protected:
  Strings paths(const Strings& patterns) const { return paths(patterns, base_); }
  static Strings paths(const Strings& patterns, const fs::path& base) {
    Strings found;
    for (const Entry& entry : collect(patterns, base)) found.push_back(entry.path);
    return found;
  }

  std::string failure_of(const std::string& pattern) const {
    try {
      collect({pattern}, base_);
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code(), exit_code::usage);
      EXPECT_EQ(failure.id(), "include-file");
      return failure.what();
    }
    return {};
  }

  bool refuses(const std::string& pattern, const std::string& why) const { return failure_of(pattern).find(why) != std::string::npos; }

  Scratch disk_;
  fs::path base_ = disk_ / "base";
  fs::path a_ = disk_.write("base/a.txt", "a");
  fs::path b_ = disk_.write("base/data/b.txt", "b");
  fs::path c_ = disk_.write("base/data/deep/.c", "c");
  fs::path out_ = disk_.write("out.txt", "out");
};

TEST_F(Collect, FilesKeepTheirPlace) {
  const auto entries = collect({"data/b.txt"}, base_);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].path, "data/b.txt");
  EXPECT_EQ(entries[0].source, b_);
}

TEST_F(Collect, PatternsAreExpanded) {
  EXPECT_EQ(paths({"*.txt", "data/?.txt"}), (Strings{"a.txt", "data/b.txt"}));
  EXPECT_EQ(paths({"*/[a-c].txt"}), Strings{"data/b.txt"});
}

TEST_F(Collect, FoldersAreTakenWhole) {
  EXPECT_EQ(paths({"data"}), (Strings{"data/b.txt", "data/deep/.c"}));
  EXPECT_EQ(paths({"data/"}), (Strings{"data/b.txt", "data/deep/.c"}));
  EXPECT_EQ(paths({"."}), (Strings{"a.txt", "data/b.txt", "data/deep/.c"}));
}

TEST_F(Collect, AFileNamedTwiceIsThereOnce) { EXPECT_EQ(paths({"*", "a.txt", "./a.txt", "data/../a.txt"}).size(), 3u); }

TEST_F(Collect, AbsolutePathsAreFineInsideTheBase) {
  EXPECT_EQ(paths({a_.string()}), Strings{"a.txt"});
  fs::create_symlink(base_, disk_ / "link");
  EXPECT_EQ(paths({a_.string()}, disk_ / "link"), Strings{"a.txt"});
  EXPECT_EQ(paths({(disk_ / "link/a.txt").string()}, disk_ / "link"), Strings{"a.txt"});
}

TEST_F(Collect, TheBaseIsNoPattern) {
  disk_.write("[x]*/f", "f");
  EXPECT_EQ(paths({"*"}, disk_ / "[x]*"), Strings{"f"});
}

TEST_F(Collect, APatternThatNamesNothingIsNamed) {
  EXPECT_EQ(failure_of("*.csv"), "--include-file *.csv names no file: there is none like that in " + base_.string() +
                                     ". Quote patterns, so that they are taken as they are");
  EXPECT_TRUE(refuses("", "needs the name of a file"));
}

TEST_F(Collect, FilesOutsideAreRefused) {
  EXPECT_TRUE(refuses("../out.txt", "it lies outside of " + base_.string()));
  EXPECT_TRUE(refuses(out_.string(), "it lies outside of " + base_.string()));
  EXPECT_TRUE(refuses("data/../../out.txt", "it lies outside of " + base_.string()));
}

TEST_F(Collect, LinksInsideAreFollowed) {
  fs::create_symlink("data/b.txt", base_ / "l.txt");
  fs::create_symlink("data", base_ / "folder");
  EXPECT_EQ(paths({"l.txt", "folder"}), (Strings{"folder/b.txt", "folder/deep/.c", "l.txt"}));
  EXPECT_EQ(collect({"l.txt"}, base_)[0].source, b_);
}

TEST_F(Collect, LinksThatLeadOutAreRefusedByName) {
  fs::create_symlink(out_, base_ / "data/sly.txt");
  EXPECT_TRUE(refuses("data", "cannot send " + (base_ / "data/sly.txt").string()));
  EXPECT_TRUE(refuses("data/sly.txt", "leads out of " + base_.string() + ", to " + out_.string()));
  fs::create_symlink("..", base_ / "up");
  EXPECT_TRUE(refuses("up/out.txt", "leads out of"));
}

TEST_F(Collect, ANeighbourWhoseNameBeginsLikeTheBaseIsOutside) {
  fs::create_symlink(disk_.write("base2/f", "f"), base_ / "f");
  EXPECT_TRUE(refuses("f", "leads out of"));
}

TEST_F(Collect, LoopsAndBrokenLinksAreRefusedByName) {
  fs::create_symlink(".", base_ / "data/loop");
  EXPECT_TRUE(refuses("data", (base_ / "data/loop").string() + " to the agents: it is a link to a folder that it lies in"));
  fs::create_symlink("missing", base_ / "broken");
  EXPECT_TRUE(refuses("broken", "No such file"));
}

TEST_F(Collect, FifosSocketsAndDevicesAreRefused) {
  ASSERT_EQ(mkfifo((base_ / "fifo").c_str(), 0600), 0);
  EXPECT_TRUE(refuses("fifo", "it is neither a file nor a folder"));
  ASSERT_EQ(mknod((base_ / "socket").c_str(), S_IFSOCK | 0600, 0), 0);
  EXPECT_TRUE(refuses("socket", "it is neither a file nor a folder"));
  try {
    collect({"null"}, "/dev");
    ADD_FAILURE() << "/dev/null was taken";
  } catch (const Failure& failure) {
    EXPECT_STREQ(failure.what(), "cannot send /dev/null to the agents: it is neither a file nor a folder");
  }
}

}  // namespace
}  // namespace loads::bundle
