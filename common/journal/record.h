#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <vector>

namespace loads::journal {

// A record as it lies in a segment:
//
//   length   u32, little endian: bytes of the payload
//   checksum u32, little endian: CRC-32C of length, kind and payload
//   kind     u8
//   payload
//
// Neither a block of zeros, as a file system leaves it behind after a power cut, nor the rest of a longer record is a valid one.
enum class Kind : std::uint8_t { record = 1, checkpoint = 2 };

inline constexpr std::size_t kHeadSize = 9;
inline constexpr std::size_t kLargestPayload = std::size_t{1} << 30;

void encode(Kind kind, std::span<const std::uint8_t> payload,
            std::vector<std::uint8_t>& out);  // appends; std::length_error beyond the largest

// Reads the records of one segment up to `size`, in their order. Bytes that are no record end it; a file that cannot be read is a
// loads::Failure(exit_code::local_resource), so that trouble of the disk is never taken for the end.
class RecordReader {
 public:
  struct Record {
    Kind kind;
    std::span<const std::uint8_t> payload;  // until the next call
  };

  RecordReader(std::filesystem::path file, std::uint64_t size);

  std::optional<Record> next();                     // nothing: at the end, or before bytes that are no record
  std::uint64_t offset() const { return offset_; }  // behind the last record
  bool at_end() const { return offset_ == size_; }

 private:
  bool read(std::span<std::uint8_t> bytes);

  std::filesystem::path file_;
  std::ifstream stream_;
  std::uint64_t size_;
  std::uint64_t offset_ = 0;
  std::vector<std::uint8_t> payload_;
};

}  // namespace loads::journal
