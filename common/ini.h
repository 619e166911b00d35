#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace loads {

// An ini file as --config takes it:
//
//   [loads]
//   users = 10:20:30
//   include-file: a.txt
//       b.txt
//
// Keys are `key = value` or `key: value`, written with - or _ alike; an indented line is one more value of the key above. Lines that begin
// with # or ; are comments; behind a value they belong to it. Every error is a loads::Failure(exit_code::usage) that names file and line.
// Whether a key exists, and how many values it may have, is its reader's to say.
class Ini {
 public:
  struct Key {
    std::string section;
    std::string name;                 // with - throughout: "include-file"
    std::vector<std::string> values;  // one per line, without the empty ones
    std::size_t line = 0;             // of the key, from 1
  };

  static Ini load(const std::filesystem::path& path);
  static Ini parse(std::string_view text, std::string file_name);

  const std::vector<Key>& keys() const { return keys_; }
  std::vector<std::string> sections() const;                               // each once, in their order
  const Key* find(std::string_view section, std::string_view name) const;  // `name` with -; null when it is not there

  // What the reader of `key` throws when it does not like it: "loads.ini:3: ..."
  [[noreturn]] void fail(const Key& key, const std::string& message) const;

 private:
  class Parser;

  std::string file_name_;
  std::vector<Key> keys_;
  std::vector<std::string> sections_;
};

}  // namespace loads
