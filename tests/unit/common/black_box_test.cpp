#include "common/black_box.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "common/failure.h"
#include "support/temporary_folder.h"

namespace loads {
namespace {

using metrics::Outcome;
using metrics::Tally;

class BlackBoxFile : public testing::Test {
 protected:
  std::filesystem::path path(const char* name = "box") const { return folder_.path() / name; }

  // Changes eight bytes of the file.
  void write(std::streamoff offset, std::uint64_t value) const {
    std::fstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(offset);
    file.write(reinterpret_cast<const char*>(&value), sizeof value);
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(BlackBoxFile, ReadsTheSumOfItsSlots) {
  BlackBox::create(path(), 3);
  EXPECT_EQ(BlackBox::read(path()), Tally{});
  {
    BlackBox box = BlackBox::open(path());
    ASSERT_EQ(box.slots(), 3U);
    for (int i = 0; i < 5; ++i) box.slot(0).begin_send();
    for (int i = 0; i < 2; ++i) box.slot(0).record(true);
    for (int i = 0; i < 3; ++i) box.slot(0).settle();
    box.slot(2).begin_send();
    for (int i = 0; i < 4; ++i) box.slot(2).record(false);
    box.slot(1).end_run(Outcome::success);
    box.slot(2).end_run(Outcome::cut);
    EXPECT_EQ(box.slot(2).read(), (Tally{1, 0, 0, 4, {0, 0, 0, 0, 1}}));
  }
  EXPECT_EQ(BlackBox::read(path()), (Tally{6, 3, 2, 4, {1, 0, 0, 0, 1}}));
}

TEST_F(BlackBoxFile, TheFormIsThatOfItsDescription) {
  BlackBox::create(path(), 2);
  BlackBox::open(path()).slot(1).end_run(Outcome::error);
  std::ifstream file(path(), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  ASSERT_EQ(bytes.size(), 64U + 2 * 128U);
  EXPECT_EQ(bytes.substr(0, 16), std::string("LOADSBOX\1\0\0\0\2\0\0\0", 16));
  std::uint64_t errors = 0;
  std::memcpy(&errors, &bytes[64 + 128 + 5 * 8], sizeof errors);
  EXPECT_EQ(errors, 1U);
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(BlackBoxFile, SurvivesItsProcessKilledAtAnyMoment) {
  BlackBox::create(path(), 1);
  BlackBox box = BlackBox::open(path());
  const pid_t worker = ::fork();
  ASSERT_GE(worker, 0);
  if (worker == 0) {
    for (metrics::LiveTally& slot = box.slot(0);;) {
      slot.begin_send();
      slot.record(true);
      slot.settle();
      slot.end_run(Outcome::success);
    }
  }
  while (box.slot(0).read().runs() < 10'000) {
  }
  ::kill(worker, SIGKILL);
  ASSERT_EQ(::waitpid(worker, nullptr, 0), worker);
  const auto left = BlackBox::read(path());
  ASSERT_TRUE(left.has_value());
  EXPECT_GE(left->runs(), 10'000U);
  EXPECT_LE(left->in_flight(), 1U);
  EXPECT_LE(left->answered, left->sent);
  EXPECT_GE(left->answered, left->settled);
}

TEST_F(BlackBoxFile, IsNeverMadeOverAnother) {
  BlackBox::create(path(), 1);
  BlackBox::open(path()).slot(0).begin_send();
  EXPECT_THROW(BlackBox::create(path(), 1), Failure);
  EXPECT_EQ(BlackBox::read(path()), (Tally{1, 0, 0, 0, {}})) << "it may hold what nobody has read yet";
}

TEST_F(BlackBoxFile, AnotherWorkersCountsOnFromThoseBefore) {
  BlackBox::create(path(), 1);
  BlackBox::open(path()).slot(0).begin_send();
  const Tally counted{7, 6, 5, 4, {3, 2, 1, 0, 9}};
  BlackBox::replace(path(), BlackBox::kMostSlots, counted);
  EXPECT_EQ(BlackBox::read(path()), counted);
  BlackBox::open(path()).slot(0).begin_send();
  BlackBox::open(path()).slot(BlackBox::kMostSlots - 1).begin_send();
  EXPECT_EQ(BlackBox::read(path())->sent, 9U);
  BlackBox::replace(path(), 2, *BlackBox::read(path()));
  EXPECT_EQ(BlackBox::read(path())->sent, 9U) << "as often as it takes";
  EXPECT_THROW(BlackBox::replace(path("no/such/folder"), 1, counted), Failure);
}

TEST_F(BlackBoxFile, WhatCannotBeMadeIsAFailureThatLeavesNothing) {
  EXPECT_THROW(BlackBox::create(path(), 0), Failure);
  EXPECT_THROW(BlackBox::create(path(), BlackBox::kMostSlots + 1), Failure);
  EXPECT_THROW(BlackBox::create(path("no/such/folder"), 1), Failure);
  EXPECT_FALSE(std::filesystem::exists(path()));
  try {
    BlackBox::open(path());
    FAIL() << "there is none";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::local_resource);
    EXPECT_EQ(failure.what(), "Cannot open the black box " + path().string() + ": No such file or directory.");
  }
}

// Whatever is not whole is neither read nor opened.
TEST_F(BlackBoxFile, OtherFilesAreRefused) {
  for (const std::uintmax_t size : {0U, 1U, 63U, 64U, 64U + 128U, 64U + 2 * 128U - 1, 64U + 2 * 128U + 1}) {
    BlackBox::create(path(), 2);
    std::filesystem::resize_file(path(), size);
    EXPECT_EQ(BlackBox::read(path()), std::nullopt) << size;
    EXPECT_THROW(BlackBox::open(path()), Failure) << size;
    std::filesystem::remove(path());
  }
  BlackBox::create(path(), 2);
  write(0, 0x4d4f4f5244455357);
  EXPECT_EQ(BlackBox::read(path()), std::nullopt) << "another magic";
}

TEST_F(BlackBoxFile, AnotherVersionOrAForgedNumberOfSlotsIsRefused) {
  BlackBox::create(path(), 1);
  for (const std::uint64_t version_and_slots : {0x1'0000'0002UL, 0x0'0000'0001UL, 0x2'0000'0001UL, 0xffff'ffff'0000'0001UL}) {
    write(8, version_and_slots);
    EXPECT_EQ(BlackBox::read(path()), std::nullopt) << std::hex << version_and_slots;
    EXPECT_THROW(BlackBox::open(path()), Failure);
  }
  write(8, 0x1'0000'0001);
  EXPECT_EQ(BlackBox::read(path()), Tally{});
}

TEST_F(BlackBoxFile, CountersThatNoEngineLeavesAreRefused) {
  BlackBox::create(path(), 1);
  const auto with = [&](std::streamoff counter, std::uint64_t value) {
    write(64 + 8 * counter, value);
    const auto read = BlackBox::read(path());
    write(64 + 8 * counter, counter == 0 ? 10 : 0);
    return read;
  };
  write(64, 10);  // sent
  EXPECT_TRUE(with(1, 10));
  EXPECT_FALSE(with(1, 11)) << "more settled than sent";
  EXPECT_FALSE(with(2, 11)) << "more answered than sent";
  EXPECT_TRUE(with(3, 11)) << "what was never sent is unanswered";
  for (const std::streamoff counter : {0, 3, 4, 8}) EXPECT_FALSE(with(counter, ~std::uint64_t{0})) << counter;
}

TEST_F(BlackBoxFile, WhatIsNoFileIsRefusedAtOnce) {
  EXPECT_EQ(BlackBox::read(path("")), std::nullopt) << "a folder";
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(BlackBox::read(path("pipe")), std::nullopt) << "opening it must not wait for a writer";
  BlackBox::create(path(), 1);
  std::filesystem::create_symlink(path(), path("link"));
  EXPECT_EQ(BlackBox::read(path("link")), std::nullopt) << "a link may lead anywhere";
}

}  // namespace
}  // namespace loads
