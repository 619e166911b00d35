#include "runner/load/target.h"

#include <algorithm>
#include <array>
#include <optional>
#include <regex>
#include <string_view>

#include "common/failure.h"

namespace loads::runner {
namespace {

constexpr std::array<std::string_view, 5> kModuleEndings{".cpp", ".cc", ".cxx", ".so", ".py"};

[[noreturn]] void refuse(const std::string& text) {
  throw Failure(
      exit_code::usage,
      "\"" + text + "\" names no test. Write module.Class.test, path/to/file.cpp:Class.test, or a URL like http://localhost:9200/.",
      "options");
}

std::vector<std::string> split_at_dots(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool is_identifier(const std::string& part) {
  static const std::regex identifier("[A-Za-z_][A-Za-z0-9_-]*");
  return std::regex_match(part, identifier);
}

bool all_identifiers(const std::vector<std::string>& parts) { return std::all_of(parts.begin(), parts.end(), is_identifier); }

bool is_module_file(std::string_view path) {
  return std::any_of(kModuleEndings.begin(), kModuleEndings.end(),
                     [&](std::string_view ending) { return path.size() > ending.size() && path.ends_with(ending); });
}

// "FILE.cpp" or "FILE.cpp:Class[.test]".
std::optional<FileTarget> read_file(const std::string& text) {
  if (is_module_file(text)) return FileTarget{text, {}, {}};
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || !is_module_file(std::string_view(text).substr(0, colon))) return {};
  const auto parts = split_at_dots(text.substr(colon + 1));
  if (parts.size() > 2 || !all_identifiers(parts)) refuse(text);
  return FileTarget{text.substr(0, colon), parts[0], parts.size() == 2 ? parts[1] : std::string()};
}

// "localhost:9200", "[::1]:80/x", "localhost/", "www.example.com/x?y", "127.0.0.1": what can only be meant as a host.
bool is_host(const std::string& text) {
  static const std::regex with_port(R"(([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]+([/?].*)?)");
  static const std::regex with_path(R"((localhost|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+|\[[0-9A-Fa-f:.]+\])[/?].*)");
  static const std::regex address(R"([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+|\[[0-9A-Fa-f:.]+\]|localhost)");
  return std::regex_match(text, with_port) || std::regex_match(text, with_path) || std::regex_match(text, address);
}

}  // namespace

Target read_target(const std::string& text) {
  constexpr std::size_t kLongest = 8000;  // std::regex recurses
  if (text.empty() || text.size() > kLongest) refuse(text.substr(0, 80));
  if (text.find("://") != std::string::npos) return UrlTarget{text, false};
  if (auto file = read_file(text)) return *std::move(file);
  if (is_host(text)) return UrlTarget{"http://" + text, true};
  DottedTarget dotted{split_at_dots(text)};
  if (!all_identifiers(dotted.parts)) refuse(text);
  return dotted;
}

}  // namespace loads::runner
