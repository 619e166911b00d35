// What a peer may send that means harm, or that is broken: no message is a reason to crash, to take much memory, or to mean two things.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "proto/console_messages.h"
#include "unit/proto/samples.h"
#include "unit/proto/wire.h"

namespace {

// Bytes on the heap, counted by the operators below.
std::atomic<std::size_t> taken{0};
std::atomic<std::size_t> most_taken{0};

constexpr std::size_t kHead = alignof(std::max_align_t);  // holds the size

}  // namespace

void* operator new(std::size_t size) {
  auto* head = static_cast<std::size_t*>(std::malloc(size + kHead));
  if (head == nullptr) throw std::bad_alloc();
  *head = size;
  const std::size_t now = taken += size;
  if (now > most_taken) most_taken = now;
  return reinterpret_cast<std::byte*>(head) + kHead;
}

// A sanitizer's own would not go with our delete.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void operator delete(void* pointer) noexcept {
  if (pointer == nullptr) return;
  auto* head = reinterpret_cast<std::size_t*>(static_cast<std::byte*>(pointer) - kHead);
  taken -= *head;
  std::free(head);
}

void operator delete(void* pointer, std::size_t) noexcept { operator delete(pointer); }

namespace loads::proto {
namespace {

using wire::array;
using wire::map;
using wire::message;
using wire::value;

constexpr std::size_t kMessage = std::size_t{1} << 20;  // the largest that a socket takes
constexpr std::size_t kMebibyte = std::size_t{1} << 20;

// What decoding took at most, beyond what was taken before.
template <typename Messages>
std::size_t memory_of(std::string_view bytes, std::string& error) {
  const std::size_t before = taken;
  most_taken = before;
  {
    const auto decoded = decode<Messages>(bytes);
    error = decoded.error;
  }
  return most_taken - before;
}

// As many of `element` as a message holds.
std::string many(const std::string& element) {
  const std::size_t count = (kMessage - 1000) / element.size();
  std::string out;
  Writer(out).array(count);
  for (std::size_t i = 0; i < count; ++i) out += element;
  return out;
}

std::string batch_of(const std::string& slices, const std::string& steps) {
  return message("batch", map({{"run", value("r")},
                               {"lease", value(1u)},
                               {"seq", value(1u)},
                               {"from", value(0)},
                               {"to", value(1)},
                               {"slices", slices},
                               {"steps", steps},
                               {"tally", value(metrics::Tally())},
                               {"result", "\xc0"}}));
}

std::string slice_of(const std::string& requests, const std::string& trends, const std::string& problems) {
  const std::string none = array({value(0), value(0), value(0), value(0), value(0)});
  return array({value(0u), requests, map({}), trends, map({}), none, problems, map({}), array({value(0), value(0)})});
}

// One value in every octave: 229 KB out of 160 bytes.
std::string wide_histogram() {
  metrics::Histogram histogram;
  for (std::uint64_t microseconds = 1; microseconds < std::uint64_t{1} << 37; microseconds *= 2) histogram.record(microseconds);
  return value(histogram);
}

TEST(HostileBytes, NoMessageUnfoldsToMoreThanItsAllowance) {
  const std::string name_of_problem = array({value(0), value(0), value("m"), value(""), value(""), value(1), value(0), value(0)});
  std::string trends;
  Writer(trends).map(200);
  for (int i = 0; i < 200; ++i) trends += value(std::to_string(i).c_str()) + wide_histogram();
  std::string statuses;
  Writer(statuses).map(1000);
  for (unsigned i = 0; i < 1000; ++i) statuses += value(i) + value(0u);
  const std::string zeros = array(std::vector<std::string>(kFirstRequestErrors, value(0)));
  const std::string phases = array(std::vector<std::string>(metrics::kPhases, value(0)));
  const std::string request = array({"\xc0", statuses, zeros, value(0), value(0), phases, value(0), array({value(0), value(0)})});
  const std::string pairs = array({value(""), value("")});
  const std::string empty_slice = slice_of(map({}), map({}), array({}));

  const std::vector<std::pair<const char*, std::string>> cases = {
      {"empty slices", batch_of(many(empty_slice), array({}))},
      {"wide histograms", batch_of(many(slice_of(map({}), trends, array({}))), array({}))},
      {"statuses", batch_of(many(slice_of(map({{"r", request}}), map({}), array({}))), array({}))},
      {"problems", batch_of(many(slice_of(map({}), map({}), array({name_of_problem}))), array({}))},
      {"steps", batch_of(array({}), many(array({value(0u), value(0)})))},
      {"nil slices", batch_of(many("\xc0"), array({}))},
      {"nil steps", batch_of(array({}), many("\xc0"))},
      {"leases", message("hello", map({{"leases", many("\xc0")}}))},
      {"pairs", message("hello", map({{"leases", many(pairs)}}))},
      {"text", message("hello", map({{"name", value(std::string(kMessage - 1000, 'x').c_str())}}))},
  };
  for (const auto& [what, bytes] : cases) {
    ASSERT_LE(bytes.size(), kMessage) << what;
    std::string error;
    EXPECT_LE(memory_of<FromAgent>(bytes, error), 36 * kMebibyte) << what;
  }
}

TEST(HostileBytes, WhatWouldTakeTooMuchMemoryIsRefusedByName) {
  std::string trends;
  Writer(trends).map(200);
  for (int i = 0; i < 200; ++i) trends += value(std::to_string(i).c_str()) + wide_histogram();
  std::string error;
  memory_of<FromAgent>(batch_of(array({slice_of(map({}), trends, array({}))}), array({})), error);
  EXPECT_EQ(error, "a message of type \"batch\" is malformed: it would take too much memory (slices)");
}

TEST(HostileBytes, ABusyAgentsBatchIsWellWithinItsAllowance) {
  Batch batch;
  metrics::Slice& slice = batch.slices.emplace_back();
  for (int name = 0; name < 200; ++name) {
    for (const int milliseconds : {1, 2, 5, 10, 20, 50, 100, 200, 500}) {
      metrics::RequestRecord record;
      record.status = 200;
      record.total = std::chrono::milliseconds(milliseconds);
      entry(slice.requests, "GET /" + std::to_string(name)).add(record);
    }
  }
  std::string error;
  memory_of<FromAgent>(encode(batch), error);
  EXPECT_EQ(error, "");
}

TEST(HostileBytes, BombsTakeNoMemory) {
  for (const std::string& bytes : {wire::bytes({0xdd, 255, 255, 255, 255}), std::string(kMessage, '\x91'), std::string(kMessage, '\xc0'),
                                   many("\xc0"), many(many("\xc0").substr(0, 9))}) {
    std::string error;
    EXPECT_LT(memory_of<FromConsole>(bytes, error), 4096u);
    EXPECT_NE(error, "");
  }
}

TEST(HostileBytes, EveryTruncationIsRefused) {
  for (const auto& sample : samples::all()) {
    for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
      const std::string cut = sample.bytes.substr(0, size);  // a copy, so that the sanitizer sees a read beyond it
      EXPECT_NE(sample.decode_encode(cut).error, "") << sample.type << " of " << size;
    }
  }
}

// What is understood is understood for good: written and read again it is the same.
void expect_stable(const samples::Sample& sample, const std::string& bytes) {
  const auto first = sample.decode_encode(bytes);
  if (!first.error.empty()) return;
  const auto second = sample.decode_encode(first.bytes);
  EXPECT_EQ(second.error, "") << sample.type;
  EXPECT_TRUE(second.bytes == first.bytes) << sample.type;
}

TEST(HostileBytes, AnyByteMayBeAnyOther) {
  std::mt19937 random(1);
  for (const auto& sample : samples::all()) {
    for (std::size_t at = 0; at < sample.bytes.size(); ++at) {
      for (int times = 0; times < 20; ++times) {
        std::string bytes = sample.bytes;
        bytes[at] = static_cast<char>(random());
        expect_stable(sample, bytes);
      }
    }
  }
}

TEST(HostileBytes, AnyPieceMayBeOfAnotherMessage) {
  std::mt19937 random(2);
  for (const auto& sample : samples::all()) {
    for (const auto& other : samples::all()) {
      std::string bytes = sample.bytes;
      const std::string piece = other.bytes.substr(random() % other.bytes.size(), 1 + random() % 32);
      bytes.replace(random() % bytes.size(), random() % 32, piece);
      expect_stable(sample, bytes);
    }
  }
}

}  // namespace
}  // namespace loads::proto
