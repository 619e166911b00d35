#include "common/journal/recovery.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

#include "common/failure.h"
#include "common/journal/record.h"

namespace loads::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".journal";
constexpr std::size_t kDigits = 8;

[[noreturn]] void fail(const std::string& what) {
  throw Failure(exit_code::local_resource,
                what + ". Restore the folder from a copy, or move it away: what it holds is lost then, and an empty one takes its place.",
                "damaged-state");
}

[[noreturn]] void fail_unreadable(const fs::path& folder, const std::error_code& error) {
  throw Failure(exit_code::local_resource, "cannot read " + folder.string() + ": " + error.message(), "unreadable-state");
}

std::optional<std::uint64_t> number_of(const fs::path& file) {
  const std::string name = file.stem().string();
  std::uint64_t number = 0;
  const auto error = std::from_chars(name.data(), name.data() + name.size(), number).ec;
  const bool is_segment = error == std::errc{} && number > 0 && file == segment_path(file.parent_path(), number);
  return is_segment ? std::optional(number) : std::nullopt;
}

std::vector<Segment> list(const fs::path& folder) {
  std::vector<Segment> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (const auto number = number_of(entry->path())) found.push_back({*number, entry->file_size(error)});
    if (error) break;
  }
  if (error) fail_unreadable(folder, error);
  std::sort(found.begin(), found.end(), [](const Segment& a, const Segment& b) { return a.number < b.number; });
  return found;
}

bool begins_with_checkpoint(const fs::path& folder, const Segment& segment) {
  const auto first = RecordReader(segment_path(folder, segment.number), segment.size).next();
  return first && first->kind == Kind::checkpoint;
}

// Index of the segment that replay begins with.
std::size_t find_beginning(const fs::path& folder, const std::vector<Segment>& all) {
  for (std::size_t i = all.size(); i-- > 0;) {
    if (begins_with_checkpoint(folder, all[i])) return i;
  }
  if (!all.empty() && all.front().number != 1) fail_damaged(segment_path(folder, all.front().number), 0);
  return 0;
}

void check_no_gap(const fs::path& folder, const std::vector<Segment>& segments) {
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const std::uint64_t expected = segments[i - 1].number + 1;
    if (segments[i].number != expected)
      fail("the journal " + segment_path(folder, expected).string() + " is missing, later ones are there");
  }
}

std::uint64_t whole_records(const fs::path& file, std::uint64_t size) {
  RecordReader reader(file, size);
  while (reader.next()) continue;
  return reader.offset();
}

}  // namespace

fs::path segment_path(const fs::path& folder, std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return folder / (std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits + std::string(kExtension));
}

void fail_damaged(const fs::path& file, std::uint64_t offset) {
  fail("the journal " + file.string() + " is damaged at byte " + std::to_string(offset));
}

Recovered recover(const fs::path& folder) {
  const std::vector<Segment> all = list(folder);
  const auto beginning = all.begin() + static_cast<std::ptrdiff_t>(find_beginning(folder, all));
  Recovered found{{beginning, all.end()}, {all.begin(), beginning}, std::nullopt};
  check_no_gap(folder, found.segments);
  for (Segment& segment : found.segments) {
    const fs::path file = segment_path(folder, segment.number);
    const std::uint64_t whole = whole_records(file, segment.size);
    if (whole == segment.size) continue;
    if (&segment != &found.segments.back()) fail_damaged(file, whole);
    found.cut = Cut{file, whole, segment.size - whole};
    segment.size = whole;
  }
  return found;
}

}  // namespace loads::journal
