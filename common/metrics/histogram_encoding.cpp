// The wire form of Histogram. All numbers are big-endian, as HdrHistogram writes them.

#include <algorithm>
#include <array>
#include <limits>

#include "common/metrics/histogram.h"

namespace loads::metrics {
namespace {

constexpr std::size_t kHeaderSize = 40;
constexpr std::size_t kTrailerSize = 24;
constexpr std::uint64_t kMostValues = std::uint64_t{1} << 48;  // more than any run counts: sums of decoded counts stay far from overflow

template <typename T>
void put(std::vector<std::uint8_t>& bytes, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint64_t get32(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | bytes[i];
  return value;
}

std::uint64_t get64(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

// What every histogram begins with, but for the size of its payload.
constexpr std::size_t kSizeAt = 4;
constexpr std::array<std::uint8_t, kHeaderSize> kHeader = {
    0x1c, 0x84, 0x93, 0x13,                          // the cookie: V2, counts in zigzag LEB128
    0,    0,    0,    0,                             // bytes of the payload
    0,    0,    0,    0,                             // normalizing index offset
    0,    0,    0,    3,                             // significant digits
    0,    0,    0,    0,    0,    0,    0,    1,     // lowest value
    0,    0,    0,    0x1f, 0xff, 0xff, 0xff, 0xff,  // highest value
    0x3f, 0xf0, 0,    0,    0,    0,    0,    0,     // integer to double conversion ratio: 1.0
};

// Whether `bytes` begin as those of a histogram with a payload of `size` bytes.
bool is_header(std::span<const std::uint8_t> bytes, std::size_t size) {
  return std::ranges::equal(bytes.first(kSizeAt), std::span(kHeader).first(kSizeAt)) && get32(bytes.subspan(kSizeAt)) == size &&
         std::ranges::equal(bytes.subspan(kSizeAt + 4), std::span(kHeader).subspan(kSizeAt + 4));
}

// LEB128 of at most nine bytes: the ninth carries eight bits.
void put_zigzag(std::vector<std::uint8_t>& bytes, std::int64_t number) {
  auto rest = static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
  for (int i = 0; i < 8 && rest > 0x7f; ++i, rest >>= 7) bytes.push_back(static_cast<std::uint8_t>(rest | 0x80));
  bytes.push_back(static_cast<std::uint8_t>(rest));
}

// Takes a number off the front of `bytes`; nothing when they end within it, or it is written longer than needed.
std::optional<std::int64_t> take_long_zigzag(std::span<const std::uint8_t>& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 9 && i < bytes.size(); ++i) {
    const std::uint64_t byte = bytes[i];
    if (i < 8 && (byte & 0x80) != 0) {
      value |= (byte & 0x7f) << 7 * i;
      continue;
    }
    if (i > 0 && byte == 0) return std::nullopt;
    value |= byte << 7 * i;
    bytes = bytes.subspan(i + 1);
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  return std::nullopt;
}

// Most are of one or two bytes.
inline std::optional<std::int64_t> take_zigzag(std::span<const std::uint8_t>& bytes) {
  std::int64_t value = 0;
  if (!bytes.empty() && bytes[0] <= 0x7f) {
    value = bytes[0];
    bytes = bytes.subspan(1);
  } else if (bytes.size() > 1 && bytes[1] <= 0x7f && bytes[1] != 0) {
    value = (bytes[0] & 0x7f) | bytes[1] << 7;
    bytes = bytes.subspan(2);
  } else {
    return take_long_zigzag(bytes);
  }
  return value >> 1 ^ -(value & 1);
}

// A run of empty buckets is minus its length, a single one a plain 0.
void put_zeros(std::vector<std::uint8_t>& bytes, std::size_t zeros) {
  if (zeros > 0) put_zigzag(bytes, zeros == 1 ? 0 : -static_cast<std::int64_t>(zeros));
}

}  // namespace

void Histogram::encode_counts(std::vector<std::uint8_t>& payload) const {
  std::size_t next = 0;  // index of what is not written yet
  for (std::size_t octave = 0; octave < kOctaves; ++octave) {
    if (!octaves_[octave]) continue;
    octaves_[octave]->for_each([&](std::size_t slot, std::uint64_t count) {
      const std::size_t index = octave * kOctaveSize + slot;
      put_zeros(payload, index - next);
      put_zigzag(payload, static_cast<std::int64_t>(count));
      next = index + 1;
    });
  }
  if (next == 0) put_zeros(payload, 1);  // an empty one
}

std::vector<std::uint8_t> Histogram::encode_for_hdr() const {
  std::vector<std::uint8_t> bytes(kHeader.begin(), kHeader.end());
  encode_counts(bytes);
  const std::size_t payload_size = bytes.size() - kHeaderSize;
  for (std::size_t i = 0; i < 4; ++i) bytes[kSizeAt + i] = static_cast<std::uint8_t>(payload_size >> (24 - 8 * i));
  return bytes;
}

std::vector<std::uint8_t> Histogram::encode() const {
  std::vector<std::uint8_t> bytes = encode_for_hdr();
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

// What the sum of the values may be, going by their buckets: one value is the minimum, one the maximum, all others lie between them in
// theirs. Takes the buckets in their order.
class Histogram::Bounds {
 public:
  Bounds(std::uint64_t min, std::uint64_t max) : min_(min), max_(max) {}

  void add(std::size_t index, std::uint64_t count) {
    const std::size_t octave = index / kOctaveSize;
    const std::uint64_t width = std::uint64_t{1} << (octave < 2 ? 0 : octave - 1);
    if (first_ == 0) first_ = count;
    last_ = count;
    lowest_ += Wide{count} * lowest_in(index);
    widths_ += Wide{count} * (width - 1);
  }

  bool hold(std::uint64_t sum) const {
    const std::size_t bottom = index_of(min_);
    const std::size_t top = index_of(max_);
    // Those in the first bucket are no less than the minimum, those in the last no more than the maximum.
    const Wide least = lowest_ + Wide{first_} * (min_ - lowest_in(bottom)) + (max_ - std::max(lowest_in(top), min_));
    const std::uint64_t end = top + 1 == kBuckets ? kHighest : highest_in(top);
    const Wide most = lowest_ + widths_ - Wide{last_} * end + Wide{last_} * max_ - (std::min(highest_in(bottom), max_) - min_);
    return std::min(least, Wide{std::numeric_limits<std::uint64_t>::max()}) <= sum && sum <= most;
  }

 private:
  __extension__ using Wide = unsigned __int128;  // 2^48 values of 2^64 at the most

  std::uint64_t min_;
  std::uint64_t max_;
  std::uint64_t first_ = 0;  // count of the first bucket
  std::uint64_t last_ = 0;
  Wide lowest_ = 0;  // the sum, if each value were the lowest of its bucket
  Wide widths_ = 0;  // what it would be more, if each were the highest
};

// Of a histogram that is not empty, whose sum, min and max are set already: they have to belong to the counts. There is one spelling: no
// number is longer than needed, zeros make one run, and the last number is the count of the maximum's bucket.
bool Histogram::decode_counts(std::span<const std::uint8_t> payload) {
  Bounds bounds(min_, max_);
  std::size_t index = 0;
  bool after_zeros = false;
  while (!payload.empty()) {
    const auto number = take_zigzag(payload);
    if (!number) return false;
    if (*number <= 0) {
      if (after_zeros || *number == -1 || *number < -static_cast<std::int64_t>(kBuckets)) return false;
      index += *number == 0 ? 1 : static_cast<std::size_t>(-*number);
      after_zeros = true;
      continue;
    }
    const auto times = static_cast<std::uint64_t>(*number);
    if (index >= kBuckets || times > kMostValues - count_ || (count_ == 0 && index != index_of(min_))) return false;
    Octave* octave = octaves_[index / kOctaveSize].get();
    if (octave == nullptr) octave = &allocate(index / kOctaveSize);
    octave->add(index % kOctaveSize, times);
    count_ += times;
    bounds.add(index++, times);
    after_zeros = false;
  }
  return !after_zeros && index == index_of(max_) + 1 && bounds.hold(sum_);
}

std::optional<Histogram> Histogram::decode(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeaderSize + kTrailerSize) return std::nullopt;
  const auto payload = bytes.subspan(kHeaderSize, bytes.size() - kHeaderSize - kTrailerSize);
  const auto trailer = bytes.last(kTrailerSize);
  if (!is_header(bytes.first(kHeaderSize), payload.size())) return std::nullopt;
  if (payload.size() == 1 && payload[0] == 0) {  // empty
    const bool is_zero = std::all_of(trailer.begin(), trailer.end(), [](std::uint8_t byte) { return byte == 0; });
    return is_zero ? std::optional<Histogram>(std::in_place) : std::nullopt;
  }
  std::optional<Histogram> result(std::in_place);
  result->sum_ = get64(trailer);
  result->min_ = get64(trailer.subspan(8));
  result->max_ = get64(trailer.subspan(16));
  if (result->min_ > result->max_ || !result->decode_counts(payload)) return std::nullopt;
  return result;
}

}  // namespace loads::metrics
