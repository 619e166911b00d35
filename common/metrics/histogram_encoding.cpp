// The wire form of Histogram. All numbers are big-endian, as HdrHistogram writes them.

#include <bit>
#include <limits>

#include "common/metrics/histogram.h"

namespace loads::metrics {
namespace {

constexpr std::uint32_t kCookie = 0x1c849303 | 0x10;  // V2, counts in zigzag LEB128
constexpr std::uint32_t kDigits = 3;
constexpr std::uint64_t kUnit = 1;
constexpr std::size_t kHeaderSize = 40;
constexpr std::size_t kTrailerSize = 24;
constexpr std::uint64_t kMostValues = std::uint64_t{1} << 48;  // more than any run counts: sums of decoded counts stay far from overflow

template <typename T>
void put(std::vector<std::uint8_t>& bytes, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint64_t get64(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

// LEB128 of at most nine bytes: the ninth carries eight bits.
void put_zigzag(std::vector<std::uint8_t>& bytes, std::int64_t number) {
  auto rest = static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
  for (int i = 0; i < 8 && rest > 0x7f; ++i, rest >>= 7) bytes.push_back(static_cast<std::uint8_t>(rest | 0x80));
  bytes.push_back(static_cast<std::uint8_t>(rest));
}

// Takes a number off the front of `bytes`; nothing when they end within it.
std::optional<std::int64_t> take_zigzag(std::span<const std::uint8_t>& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 9 && i < bytes.size(); ++i) {
    const std::uint64_t byte = bytes[i];
    if (i < 8 && (byte & 0x80) != 0) {
      value |= (byte & 0x7f) << 7 * i;
      continue;
    }
    value |= byte << 7 * i;
    bytes = bytes.subspan(i + 1);
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  return std::nullopt;
}

// A run of empty buckets is minus its length, a single one a plain 0.
void put_zeros(std::vector<std::uint8_t>& bytes, std::size_t& zeros) {
  if (zeros > 0) put_zigzag(bytes, zeros == 1 ? 0 : -static_cast<std::int64_t>(zeros));
  zeros = 0;
}

}  // namespace

std::vector<std::uint8_t> Histogram::encode_counts() const {
  std::vector<std::uint8_t> payload;
  const std::size_t end = index_of(max_) + 1;
  std::size_t zeros = 0;
  for (std::size_t index = 0; index < end; ++index) {
    const Octave* octave = octaves_[index / kOctaveSize].get();
    const std::uint64_t count = octave == nullptr ? 0 : (*octave)[index % kOctaveSize];
    if (count == 0) {
      ++zeros;
      continue;
    }
    put_zeros(payload, zeros);
    put_zigzag(payload, static_cast<std::int64_t>(count));
  }
  put_zeros(payload, zeros);  // only an empty histogram ends in a zero
  return payload;
}

std::vector<std::uint8_t> Histogram::encode() const {
  const std::vector<std::uint8_t> payload = encode_counts();
  std::vector<std::uint8_t> bytes;
  bytes.reserve(kHeaderSize + payload.size() + kTrailerSize);
  put(bytes, kCookie);
  put(bytes, static_cast<std::uint32_t>(payload.size()));
  put(bytes, std::uint32_t{0});  // normalizing index offset
  put(bytes, kDigits);
  put(bytes, kUnit);
  put(bytes, kHighest);
  put(bytes, std::bit_cast<std::uint64_t>(1.0));  // integer to double conversion ratio
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  put(bytes, sum_);
  put(bytes, min());
  put(bytes, max_);
  return bytes;
}

// A used bucket takes a byte, and one more each when its count passes 6, 13, 20... bits, which no more than count / 2^6 of them can. What
// is unused between them takes a byte by the gap, of which there are no more than unused buckets, and one more each beyond 64 and 8192.
std::size_t Histogram::most_encoded_bytes() const {
  const auto octaves = octaves_.size() - static_cast<std::size_t>(std::count(octaves_.begin(), octaves_.end(), nullptr));
  const std::uint64_t used = std::min<std::uint64_t>(count_, octaves * kOctaveSize);
  std::uint64_t bytes = used;
  for (unsigned bits = 6; bits < 64; bits += 7) bytes += std::min(used, count_ >> bits);
  bytes += std::min(used, kBuckets - used) + 1;
  bytes += std::min<std::uint64_t>(used, kBuckets / 65 + kBuckets / 8193);
  return kHeaderSize + bytes + kTrailerSize;
}

bool Histogram::decode_counts(std::span<const std::uint8_t> payload) {
  for (std::size_t index = 0; !payload.empty();) {
    const auto number = take_zigzag(payload);
    if (!number) return false;
    if (*number <= 0) {
      if (*number < -static_cast<std::int64_t>(kBuckets)) return false;
      index += *number == 0 ? 1 : static_cast<std::size_t>(-*number);
      if (index > kBuckets) return false;
      continue;
    }
    const auto times = static_cast<std::uint64_t>(*number);
    if (index >= kBuckets || times > kMostValues - count_) return false;
    record(lowest_in(index++), times);
  }
  return true;
}

// Whether the exact sum, min and max can belong to the counts: one value is the minimum, one the maximum, all others lie between them in
// their buckets.
bool Histogram::is_consistent() const {
  if (count_ == 0) return sum_ == 0 && max_ == 0;
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  for (std::size_t index = index_of(min_); index <= index_of(max_); ++index) {
    const Octave* octave = octaves_[index / kOctaveSize].get();
    const std::uint64_t count = octave == nullptr ? 0 : (*octave)[index % kOctaveSize];
    least = add_saturating(least, multiply_saturating(count, std::max(lowest_in(index), min_)));
    most = add_saturating(most, multiply_saturating(count, std::min(highest_in(index), max_)));
  }
  least = add_saturating(least, max_ - std::max(lowest_in(index_of(max_)), min_));
  if (most != std::numeric_limits<std::uint64_t>::max()) most -= std::min(highest_in(index_of(min_)), max_) - min_;
  return least <= sum_ && sum_ <= most;
}

std::optional<Histogram> Histogram::decode(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeaderSize + kTrailerSize) return std::nullopt;
  const auto trailer = bytes.last(kTrailerSize);
  Histogram result;
  if (!result.decode_counts(bytes.subspan(kHeaderSize, bytes.size() - kHeaderSize - kTrailerSize))) return std::nullopt;
  const std::uint64_t min = get64(trailer.subspan(8));
  const std::uint64_t max = get64(trailer.subspan(16));
  if (result.count_ > 0) {
    if (min > max || index_of(min) != index_of(result.min_) || index_of(max) != index_of(result.max_)) return std::nullopt;
    result.min_ = min;
  }
  result.max_ = max;
  result.sum_ = get64(trailer);
  if (!result.is_consistent()) return std::nullopt;
  // One spelling per value: what is left (the header, numbers written longer than needed, split runs of zeros) shows by writing it again.
  const auto again = result.encode();
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) return std::nullopt;
  return result;
}

}  // namespace loads::metrics
