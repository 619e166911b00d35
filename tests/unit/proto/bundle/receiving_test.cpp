#include "proto/bundle/receiving.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "proto/bundle/cache.h"
#include "proto/bundle/limits.h"
#include "unit/proto/bundle/scratch.h"

namespace loads::bundle {
namespace {

using testing::HasSubstr;

using Strings = std::vector<std::string>;
using Data = std::vector<std::uint8_t>;

class ReceivingABundle : public testing::Test {
 protected:
  std::unique_ptr<Receiving> begin() {
    auto begun = cache_.receive(name_, bytes_.size());
    EXPECT_EQ(begun.error, "");
    return std::move(begun.receiving);
  }

  Bytes chunk(std::size_t offset) const { return Bytes(bytes_).subspan(offset, std::min(kChunk, bytes_.size() - offset)); }

  Received receive_all(Receiving& receiving) const {
    while (!receiving.complete()) {
      if (const auto outcome = receiving.append(receiving.next_offset(), chunk(receiving.next_offset())); !outcome)
        return {{}, outcome.error};
    }
    return receiving.finish();
  }

  Data bytes_ = [] {
    Data bytes(2 * kChunk + 1000);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * i >> 8U);
    return bytes;
  }();
  std::string name_ = sha256_of(bytes_);
  Scratch disk_;
  BundleCache cache_{disk_ / "cache", 1 << 30};
};

TEST_F(ReceivingABundle, PutsItInTheCacheAndPinsIt) {
  const auto receiving = begin();
  const auto received = receive_all(*receiving);
  ASSERT_EQ(received.error, "");
  EXPECT_EQ(disk_.files(), Strings{"cache/" + name_});
  EXPECT_EQ(received.pin->read_chunk(0, kMaxPacked), bytes_);
  EXPECT_EQ(cache_.read(name_), bytes_);
}

TEST_F(ReceivingABundle, ItIsNotThereBeforeItIsWhole) {
  const auto receiving = begin();
  EXPECT_TRUE(receiving->append(0, chunk(0)));
  EXPECT_FALSE(cache_.contains(name_));
  EXPECT_FALSE(receiving->complete());
  EXPECT_EQ(receiving->next_offset(), kChunk);
}

TEST_F(ReceivingABundle, AChunkOutOfOrderIsRefusedAndChangesNothing) {
  const auto receiving = begin();
  EXPECT_EQ(receiving->append(kChunk, chunk(kChunk)).error, "a chunk from 262144 where 0 was expected");
  EXPECT_TRUE(receiving->append(0, chunk(0)));
  EXPECT_EQ(receiving->append(0, chunk(0)).error, "a chunk from 0 where 262144 was expected");
  EXPECT_EQ(receiving->append(~0ULL, chunk(0)).error, "a chunk from 18446744073709551615 where 262144 was expected");
  EXPECT_EQ(receive_all(*receiving).error, "");
}

TEST_F(ReceivingABundle, MoreThanWasSaidIsRefused) {
  const auto receiving = begin();
  EXPECT_EQ(receiving->append(0, Data(bytes_.size() + 1)).error, "the bundle is longer than the 525288 bytes it should have");
  EXPECT_EQ(receive_all(*receiving).error, "");
}

TEST_F(ReceivingABundle, AWrongSha256IsRefusedAndDeleted) {
  const auto receiving = begin();
  bytes_[300'000] ^= 1U;
  const auto received = receive_all(*receiving);
  EXPECT_FALSE(received.pin);
  EXPECT_EQ(received.error, "the bundle's SHA-256 is " + sha256_of(bytes_) + " and should be " + name_);
  EXPECT_EQ(disk_.files(), Strings());
}

TEST_F(ReceivingABundle, WhatIsNotWholeIsRefusedAndDeleted) {
  const auto receiving = begin();
  EXPECT_TRUE(receiving->append(0, chunk(0)));
  EXPECT_EQ(receiving->finish().error, "the bundle has 262144 of its 525288 bytes");
  EXPECT_EQ(disk_.files(), Strings());
  EXPECT_EQ(receiving->append(kChunk, chunk(kChunk)).error, "the bundle's receiving is over");
}

TEST_F(ReceivingABundle, WhatIsGivenUpIsDeleted) {
  auto receiving = begin();
  EXPECT_TRUE(receiving->append(0, chunk(0)));
  EXPECT_EQ(disk_.files().size(), 1u);
  receiving.reset();
  EXPECT_EQ(disk_.files(), Strings());
}

TEST_F(ReceivingABundle, TwoMayDoSoAtOnce) {
  BundleCache other(disk_ / "cache", 1 << 30);
  const auto first = begin();
  auto second = other.receive(name_, bytes_.size()).receiving;
  EXPECT_TRUE(first->append(0, chunk(0)));
  const auto quicker = receive_all(*second);
  ASSERT_EQ(quicker.error, "");
  const auto slower = receive_all(*first);
  ASSERT_EQ(slower.error, "");
  EXPECT_EQ(slower.pin->read_chunk(0, kMaxPacked), bytes_);
  EXPECT_EQ(disk_.files(), Strings{"cache/" + name_});
}

// Eight at once, in a cache with room for none: each gets the whole bundle, whoever prunes what the others have just finished.
TEST_F(ReceivingABundle, ManyMayDoSoWhileTheCacheIsPruned) {
  std::vector<std::thread> agents;
  std::vector<Strings> errors(8);
  for (Strings& each : errors) {
    agents.emplace_back([&] {
      BundleCache cache(disk_ / "cache", 1);
      for (int round = 0; round < 20; ++round) {
        const auto receiving = cache.receive(name_, bytes_.size()).receiving;
        const auto received = receive_all(*receiving);
        if (!received.pin) each.push_back(received.error);
        if (received.pin && received.pin->read_chunk(0, kMaxPacked) != bytes_) each.push_back("other bytes");
      }
    });
  }
  for (std::thread& agent : agents) agent.join();
  EXPECT_EQ(errors, std::vector<Strings>(8));
}

// As a process leaves it that was stopped between its lock and its unlink.
TEST_F(ReceivingABundle, ARemovalThatDoesNotEndIsAnError) {
  const File held(::open(disk_.write("cache/" + name_, "old").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(::flock(held.get(), LOCK_EX), 0);
  const auto receiving = begin();
  EXPECT_THAT(receive_all(*receiving).error, HasSubstr("it is there and cannot be read"));
  EXPECT_EQ(disk_.files(), Strings{"cache/" + name_});
  EXPECT_EQ(text_in(disk_ / "cache" / name_), "old");
}

TEST_F(ReceivingABundle, AFolderThatIsGoneIsNamed) {
  std::filesystem::remove_all(disk_ / "cache");
  auto begun = cache_.receive(name_, bytes_.size());
  EXPECT_THAT(begun.error, HasSubstr("No such file or directory"));
  EXPECT_EQ(begun.receiving, nullptr);
}

}  // namespace
}  // namespace loads::bundle
