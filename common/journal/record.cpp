#include "common/journal/record.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "common/failure.h"
#include "common/journal/crc32c.h"

namespace loads::journal {
namespace {

constexpr std::size_t kChecksumAt = 4;
constexpr std::size_t kKindAt = 8;
using Head = std::array<std::uint8_t, kHeadSize>;

void put_u32(std::uint8_t* at, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::uint32_t get_u32(const std::uint8_t* at) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | at[i];
  return value;
}

// What the checksum covers of the head comes first: the length, then the kind in the place of the checksum.
std::uint32_t checksum_of(const Head& head, std::span<const std::uint8_t> payload) {
  return crc32c(std::array<std::uint8_t, 5>{head[0], head[1], head[2], head[3], head[kKindAt]}, payload);
}

bool is_kind(std::uint8_t byte) {
  return byte == static_cast<std::uint8_t>(Kind::record) || byte == static_cast<std::uint8_t>(Kind::checkpoint);
}

}  // namespace

void encode(Kind kind, std::span<const std::uint8_t> payload, std::vector<std::uint8_t>& out) {
  if (payload.size() > kLargestPayload) throw std::length_error("a record of a journal is larger than 1 GiB");
  Head head{};
  put_u32(head.data(), static_cast<std::uint32_t>(payload.size()));
  head[kKindAt] = static_cast<std::uint8_t>(kind);
  put_u32(head.data() + kChecksumAt, checksum_of(head, payload));
  out.insert(out.end(), head.begin(), head.end());
  out.insert(out.end(), payload.begin(), payload.end());
}

RecordReader::RecordReader(std::filesystem::path file, std::uint64_t size)
    : file_(std::move(file)), stream_(file_, std::ios::binary), size_(size) {
  if (!stream_) throw Failure(exit_code::local_resource, "cannot read " + file_.string() + ": " + std::strerror(errno), "unreadable-state");
}

std::optional<RecordReader::Record> RecordReader::next() {
  Head head{};
  if (size_ - offset_ < kHeadSize || !read(head)) return std::nullopt;
  const std::uint64_t length = get_u32(head.data());
  if (length > size_ - offset_ - kHeadSize || length > kLargestPayload || !is_kind(head[kKindAt])) return std::nullopt;
  payload_.resize(length);
  if (!read(payload_) || get_u32(head.data() + kChecksumAt) != checksum_of(head, payload_)) return std::nullopt;
  offset_ += kHeadSize + length;
  return Record{static_cast<Kind>(head[kKindAt]), payload_};
}

bool RecordReader::read(std::span<std::uint8_t> bytes) {
  stream_.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (stream_.bad()) throw Failure(exit_code::local_resource, "cannot read " + file_.string() + ": reading failed", "unreadable-state");
  return !stream_.fail();
}

}  // namespace loads::journal
