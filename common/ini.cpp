#include "common/ini.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "common/failure.h"

namespace loads {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;
constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

[[noreturn]] void fail_at(const std::string& file_name, std::size_t line, const std::string& message) {
  throw Failure(exit_code::usage, file_name + ":" + std::to_string(line) + ": " + message, "config");
}

}  // namespace

class Ini::Parser {
 public:
  Parser(Ini& ini, std::string_view text) : ini_(ini), rest_(text) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
  }

  void run() {
    while (!rest_.empty()) {
      const auto end = rest_.find('\n');
      const auto line = rest_.substr(0, end);
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      ++number_;
      read(line);
    }
  }

 private:
  void read(std::string_view line) {
    const auto text = trimmed(line);
    if (text.empty() || text.front() == '#' || text.front() == ';') return;
    if (text.find('\0') != std::string_view::npos) fail("this is no text file");
    const bool indented = kBlanks.find(line.front()) != std::string_view::npos;
    if (indented && in_key_) {
      ini_.keys_.back().values.emplace_back(text);
    } else if (text.front() == '[') {
      open_section(text);
    } else {
      read_key(text);
    }
  }

  void open_section(std::string_view text) {
    if (text.back() != ']') fail("a section needs its closing bracket, as in [loads]");
    section_ = trimmed(text.substr(1, text.size() - 2));
    if (section_.empty()) fail("a section needs a name, as in [loads]");
    in_key_ = false;
    if (std::find(ini_.sections_.begin(), ini_.sections_.end(), section_) == ini_.sections_.end()) ini_.sections_.push_back(section_);
  }

  void read_key(std::string_view text) {
    const auto separator = text.find_first_of("=:");
    if (separator == std::string_view::npos) fail("expected `key = value`, or an indented line that continues a list");
    std::string name(trimmed(text.substr(0, separator)));
    std::replace(name.begin(), name.end(), '_', '-');
    if (name.empty()) fail("a key is missing before the " + std::string(1, text[separator]));
    if (section_.empty()) fail("\"" + name + "\" stands before the first section; begin the file with [loads]");
    if (const Key* earlier = ini_.find(section_, name)) {
      fail("\"" + name + "\" is already set on line " + std::to_string(earlier->line) + "; keep one of them");
    }
    Key key{section_, std::move(name), {}, number_};
    if (const auto value = trimmed(text.substr(separator + 1)); !value.empty()) key.values.emplace_back(value);
    ini_.keys_.push_back(std::move(key));
    in_key_ = true;
  }

  [[noreturn]] void fail(const std::string& message) const { fail_at(ini_.file_name_, number_, message); }

  Ini& ini_;
  std::string_view rest_;
  std::string section_;
  std::size_t number_ = 0;
  bool in_key_ = false;  // whether an indented line continues a key
};

Ini Ini::parse(std::string_view text, std::string file_name) {
  Ini ini;
  ini.file_name_ = std::move(file_name);
  Parser(ini, text).run();
  return ini;
}

Ini Ini::load(const std::filesystem::path& path) {
  const auto cannot_read = [&](const std::string& why) {
    return Failure(exit_code::usage, "cannot read the configuration file " + path.string() + ": " + why, "config");
  };
  if (std::error_code ignored; std::filesystem::is_directory(path, ignored)) throw cannot_read("it is a directory");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw cannot_read(std::strerror(errno));
  std::string text(kLargestFile + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) throw cannot_read("reading failed");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kLargestFile) throw cannot_read("it is larger than 1 MiB");
  return parse(text, path.string());
}

std::vector<std::string> Ini::sections() const { return sections_; }

const Ini::Key* Ini::find(std::string_view section, std::string_view name) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.section == section && key.name == name; });
  return found == keys_.end() ? nullptr : &*found;
}

void Ini::fail(const Key& key, const std::string& message) const { fail_at(file_name_, key.line, message); }

}  // namespace loads
