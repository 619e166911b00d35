#include "runner/report/output_file.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "common/failure.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class OutputFile : public testing::Test {
 protected:
  OutputFile() {
    std::string pattern = (fs::temp_directory_path() / "loads-output-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
  }
  ~OutputFile() override { fs::remove_all(folder_); }

  std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(folder_), fs::directory_iterator()); }

  fs::path folder_;
};

// The message of the Failure that `action` throws; fails the test unless it is one about a local resource.
template <typename Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::local_resource);
    EXPECT_EQ(failure.id(), "unwritable");
    return failure.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

TEST_F(OutputFile, IsWrittenAndNothingBesideIt) {
  write_file(folder_ / "a.json", "{}\n");
  EXPECT_EQ(content_of(folder_ / "a.json"), "{}\n");
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFile, TakesThePlaceOfAnOlderOne) {
  write_file(folder_ / "a.json", "a long old text");
  write_file(folder_ / "a.json", "new");
  EXPECT_EQ(content_of(folder_ / "a.json"), "new");
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFile, IsTheTargetOfALink) {
  write_file(folder_ / "a.json", "old");
  fs::create_symlink(folder_ / "a.json", folder_ / "link.json");
  write_file(folder_ / "link.json", "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link.json"));
  EXPECT_EQ(content_of(folder_ / "a.json"), "new");
}

TEST_F(OutputFile, MayBeADevice) {
  check_writable("/dev/null");
  write_file("/dev/null", "gone");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(OutputFile, CheckingLeavesNothingBehind) {
  check_writable(folder_ / "a.json");
  EXPECT_EQ(files(), 0);
  write_file(folder_ / "a.json", "old");
  check_writable(folder_ / "a.json");
  EXPECT_EQ(content_of(folder_ / "a.json"), "old");
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFile, InAFolderThatDoesNotExistIsRefused) {
  const fs::path file = folder_ / "nosuch" / "a.json";
  const std::string message = refusal([&] { check_writable(file); });
  EXPECT_EQ(message, "cannot write " + file.string() + ": No such file or directory. Name a file that can be written.");
  EXPECT_EQ(refusal([&] { write_file(file, "x"); }), message);
}

TEST_F(OutputFile, ThatIsAFolderIsRefused) {
  EXPECT_THAT(refusal([&] { check_writable(folder_); }), HasSubstr("Is a directory"));
  EXPECT_THAT(refusal([&] { check_writable(folder_ / "x" / ""); }), HasSubstr("Is a directory"));
  EXPECT_THAT(refusal([&] { write_file("", "x"); }), HasSubstr("Is a directory"));
}

TEST_F(OutputFile, ThatFillsTheDeviceIsRefused) {
  EXPECT_THAT(refusal([&] { write_file("/dev/full", "x"); }), HasSubstr("No space left"));
}

TEST_F(OutputFile, BelowAFileIsRefused) {
  write_file(folder_ / "a.json", "old");
  EXPECT_THAT(refusal([&] { check_writable(folder_ / "a.json" / "b.json"); }), HasSubstr("Not a directory"));
}

}  // namespace
}  // namespace loads::runner
