#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace loads::journal {

// What is in a journal's folder, found by reading all of it; nothing is changed. Journal acts on it.

struct Segment {
  std::uint64_t number = 0;
  std::uint64_t size = 0;  // bytes of whole records
};

// What stands behind the last whole record of the last segment: a commit that a crash cut short, or damage.
struct Cut {
  std::filesystem::path file;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

struct Recovered {
  std::vector<Segment> segments;  // from the last checkpoint on, without a gap; empty in a new folder
  std::vector<Segment> obsolete;  // before that checkpoint
  std::optional<Cut> cut;
};

std::filesystem::path segment_path(const std::filesystem::path& folder, std::uint64_t number);  // "00000001.journal"

// Throws loads::Failure(exit_code::local_resource, ..., "damaged-state") with file and offset when records are missing elsewhere than at
// the end.
Recovered recover(const std::filesystem::path& folder);

[[noreturn]] void fail_damaged(const std::filesystem::path& file, std::uint64_t offset);

}  // namespace loads::journal
