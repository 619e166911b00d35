#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/journal/journal.h"
#include "support/temporary_folder.h"

namespace loads::journal {

using Strings = std::vector<std::string>;

inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// What a replay gives: "=text" for a checkpoint, "text" for a record.
inline Strings replayed(const Journal& journal) {
  Strings all;
  journal.replay([&](Kind kind, std::span<const std::uint8_t> payload) {
    all.push_back((kind == Kind::checkpoint ? "=" : "") + std::string(payload.begin(), payload.end()));
  });
  return all;
}

inline void append(Journal& journal, std::string_view text) { journal.append(bytes_of(text)); }

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// As a new file: some file systems flush one that is written over.
inline void write_file(const std::filesystem::path& file, std::string_view content) {
  std::filesystem::remove(file);
  std::ofstream(file, std::ios::binary) << content;
}

// A test's journal folder, not there yet.
class JournalFolder {
 public:
  std::filesystem::path path() const { return folder_.path() / "journal"; }
  std::filesystem::path segment(std::uint64_t number) const { return segment_path(path(), number); }

  Strings names() const {
    Strings found;
    for (const auto& entry : std::filesystem::directory_iterator(path())) found.push_back(entry.path().filename());
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace loads::journal
