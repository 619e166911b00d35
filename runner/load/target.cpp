#include "runner/load/target.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "common/failure.h"
#include "engine/http/target.h"

namespace loads::runner {
namespace {

constexpr std::array<std::string_view, 5> kModuleEndings{".cpp", ".cc", ".cxx", ".so", ".py"};

[[noreturn]] void refuse(const std::string& text) {
  throw Failure(exit_code::usage,
                "\"" + http::without_userinfo(text) +
                    "\" names no test. Write module.Class.test, path/to/file.cpp:Class.test, or a URL like http://localhost:9200/.",
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

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Beyond ASCII both languages have letters too; which ones is for them to say.
bool may_begin(char c) { return is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

bool is_identifier(const std::string& part) {
  const auto later = [](char c) { return may_begin(c) || is_digit(c) || c == '-'; };
  return !part.empty() && may_begin(part[0]) && std::all_of(part.begin(), part.end(), later);
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

bool is_number(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

bool is_host_name(std::string_view text) {
  const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; };
  const bool dots_apart = !text.starts_with(".") && text.find("..") == std::string_view::npos;
  return !text.empty() && dots_apart && std::all_of(text.begin(), text.end(), allowed);
}

bool is_ipv4(const std::string& text) {
  const auto parts = split_at_dots(text);
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), is_number);
}

// "localhost:9200", "[::1]:80/x", "localhost/", "www.example.com/x?y", "127.0.0.1", also behind "user:password@": what can only be meant as
// a host.
bool is_host(const std::string& text) {
  const auto end = text.find_first_of("/?");
  const std::string whole = text.substr(0, end);
  const std::string authority = whole.substr(whole.rfind('@') + 1);
  if (authority.starts_with('[')) return authority.find(']') != std::string::npos;
  if (const auto colon = authority.find(':'); colon != std::string::npos) {
    return is_host_name(authority.substr(0, colon)) && is_number(std::string_view(authority).substr(colon + 1));
  }
  if (authority == "localhost" || is_ipv4(authority)) return true;
  const bool with_path = end != std::string::npos;
  return with_path && is_host_name(authority) && authority.find('.') != std::string::npos;
}

}  // namespace

Target read_target(const std::string& text) {
  if (text.find("://") != std::string::npos) return UrlTarget{text, false};
  if (auto file = read_file(text)) return *std::move(file);
  if (is_host(text)) return UrlTarget{"http://" + text, true};
  DottedTarget dotted{split_at_dots(text)};
  if (!all_identifiers(dotted.parts)) refuse(text);
  return dotted;
}

}  // namespace loads::runner
