#include "common/ini.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "common/failure.h"

namespace loads {
namespace {

using Strings = std::vector<std::string>;

// The message of the failure that `text` causes; empty when it causes none.
std::string failure_of(std::string_view text) {
  try {
    Ini::parse(text, "loads.ini");
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::usage);
    EXPECT_EQ(failure.id(), "config");
    return failure.what();
  }
  return {};
}

TEST(Ini, ReadsSectionsAndKeys) {
  const auto ini = Ini::parse("[loads]\nusers = 10:20\nduration: 30s\n\n[other]\nusers=5\n", "loads.ini");
  EXPECT_EQ(ini.sections(), (Strings{"loads", "other"}));
  ASSERT_NE(ini.find("loads", "users"), nullptr);
  EXPECT_EQ(ini.find("loads", "users")->values, Strings{"10:20"});
  EXPECT_EQ(ini.find("loads", "users")->line, 2u);
  EXPECT_EQ(ini.find("loads", "duration")->values, Strings{"30s"});
  EXPECT_EQ(ini.find("other", "users")->values, Strings{"5"});
  EXPECT_EQ(ini.find("other", "users")->line, 6u);
  EXPECT_EQ(ini.find("other", "duration"), nullptr);
}

TEST(Ini, DashesAndUnderscoresAreAlike) {
  const auto ini = Ini::parse("[loads]\nserver_url = http://localhost_1\n", "loads.ini");
  ASSERT_NE(ini.find("loads", "server-url"), nullptr);
  EXPECT_EQ(ini.find("loads", "server-url")->values, Strings{"http://localhost_1"});
}

TEST(Ini, IndentedLinesAreAList) {
  const auto ini = Ini::parse("[loads]\ninclude_file =\n    a.txt\n\n  # not this\n\tb.txt = 1\nssh = host1\n      host2\n", "loads.ini");
  EXPECT_EQ(ini.find("loads", "include-file")->values, (Strings{"a.txt", "b.txt = 1"}));
  EXPECT_EQ(ini.find("loads", "ssh")->values, (Strings{"host1", "host2"}));
  EXPECT_EQ(ini.find("loads", "ssh")->line, 7u);
}

TEST(Ini, AnIndentedLineWithoutAKeyAboveIsAKey) {
  const auto ini = Ini::parse("[loads]\n  users = 5\n[other]\n  hits = 6\n", "loads.ini");
  ASSERT_EQ(ini.keys().size(), 2u);
  EXPECT_EQ(ini.find("loads", "users")->values, Strings{"5"});
  ASSERT_NE(ini.find("other", "hits"), nullptr);
  EXPECT_EQ(ini.find("other", "hits")->values, Strings{"6"});
}

TEST(Ini, OnlyWholeLinesAreComments) {
  const auto ini = Ini::parse("; first\n[loads]\n# users = 1\nserver-url = http://h/#top ; x\n", "loads.ini");
  ASSERT_EQ(ini.keys().size(), 1u);
  EXPECT_EQ(ini.keys()[0].values, Strings{"http://h/#top ; x"});
}

TEST(Ini, TheFirstSeparatorCounts) {
  const auto ini = Ini::parse("[loads]\nbroker = ipc:///tmp/x=y\nheader: A = b\n", "loads.ini");
  EXPECT_EQ(ini.find("loads", "broker")->values, Strings{"ipc:///tmp/x=y"});
  EXPECT_EQ(ini.find("loads", "header")->values, Strings{"A = b"});
}

TEST(Ini, ASectionMayGoOnLater) {
  const auto ini = Ini::parse("[loads]\na = 1\n[x]\na = 2\n[loads]\nb = 3\n", "loads.ini");
  EXPECT_EQ(ini.sections(), (Strings{"loads", "x"}));
  EXPECT_EQ(ini.find("loads", "b")->values, Strings{"3"});
}

TEST(Ini, FilesOfOtherSystemsAreRead) {
  const auto ini = Ini::parse("\xef\xbb\xbf[loads]\r\nusers = 5\r\n  6\r\nlast = 7", "loads.ini");
  EXPECT_EQ(ini.find("loads", "users")->values, (Strings{"5", "6"}));
  EXPECT_EQ(ini.find("loads", "last")->values, Strings{"7"});
}

TEST(Ini, AKeyWithoutValueIsThere) {
  const auto ini = Ini::parse("[loads]\nquiet =\n", "loads.ini");
  ASSERT_NE(ini.find("loads", "quiet"), nullptr);
  EXPECT_TRUE(ini.find("loads", "quiet")->values.empty());
}

TEST(Ini, AnEmptyFileSaysNothing) {
  EXPECT_TRUE(Ini::parse("", "loads.ini").keys().empty());
  EXPECT_TRUE(Ini::parse("\n# nothing\n", "loads.ini").sections().empty());
}

TEST(Ini, ErrorsNameFileAndLine) {
  EXPECT_EQ(failure_of("[loads]\n\nusers 10\n"), "loads.ini:3: expected `key = value`, or an indented line that continues a list");
  EXPECT_EQ(failure_of("[loads\n"), "loads.ini:1: a section needs its closing bracket, as in [loads]");
  EXPECT_EQ(failure_of("[ ]\n"), "loads.ini:1: a section needs a name, as in [loads]");
  EXPECT_EQ(failure_of("users = 1\n"), "loads.ini:1: \"users\" stands before the first section; begin the file with [loads]");
  EXPECT_EQ(failure_of("[loads]\n= 1\n"), "loads.ini:2: a key is missing before the =");
  EXPECT_EQ(failure_of("[loads]\nserver-url = a\nserver_url = b\n"),
            "loads.ini:3: \"server-url\" is already set on line 2; keep one of them");
  EXPECT_EQ(failure_of(std::string_view("[loads]\n\0\1\2", 11)), "loads.ini:2: this is no text file");
}

TEST(Ini, ReadersOfKeysFailWithTheirLine) {
  const auto ini = Ini::parse("[loads]\nuser = 1\n", "loads.ini");
  try {
    ini.fail(ini.keys()[0], "unknown key \"user\". Did you mean users?");
  } catch (const Failure& failure) {
    EXPECT_STREQ(failure.what(), "loads.ini:2: unknown key \"user\". Did you mean users?");
    EXPECT_EQ(failure.code(), exit_code::usage);
  }
}

class IniFile : public testing::Test {
 protected:
  IniFile() {
    std::string name = testing::TempDir() + "loads_ini_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~IniFile() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(IniFile, IsLoadedFromDisk) {
  const auto path = folder_ / "loads.ini";
  std::ofstream(path) << "[loads]\nusers = 5\n";
  EXPECT_EQ(Ini::load(path).find("loads", "users")->values, Strings{"5"});
}

TEST_F(IniFile, ThatCannotBeReadIsNamed) {
  const auto message_of = [](const std::filesystem::path& path) -> std::string {
    try {
      Ini::load(path);
    } catch (const Failure& failure) {
      return failure.what();
    }
    return {};
  };
  const auto missing = folder_ / "missing.ini";
  EXPECT_EQ(message_of(missing), "cannot read the configuration file " + missing.string() + ": No such file or directory");
  EXPECT_EQ(message_of(folder_), "cannot read the configuration file " + folder_.string() + ": it is a directory");
  const auto large = folder_ / "large.ini";
  std::ofstream(large) << std::string(2 << 20, '#');
  EXPECT_EQ(message_of(large), "cannot read the configuration file " + large.string() + ": it is larger than 1 MiB");
  EXPECT_EQ(message_of("/dev/zero"), "cannot read the configuration file /dev/zero: it is larger than 1 MiB");
}

}  // namespace
}  // namespace loads
