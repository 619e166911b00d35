#include "runner/compile/content_key.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>

#include <boost/uuid/detail/sha1.hpp>

namespace loads::runner {

std::string content_key(const std::vector<std::string>& parts) {
  boost::uuids::detail::sha1 sha1;
  for (const std::string& part : parts) {
    const std::string length = std::to_string(part.size()) + ":";  // so that ("ab", "c") is not ("a", "bc")
    sha1.process_bytes(length.data(), length.size());
    sha1.process_bytes(part.data(), part.size());
  }
  boost::uuids::detail::sha1::digest_type digest{};
  sha1.get_digest(digest);
  std::string key;
  for (const unsigned int word : digest) {
    std::array<char, 9> text{};
    std::snprintf(text.data(), text.size(), "%08x", word);
    key += text.data();
  }
  return key;
}

std::optional<std::string> file_content(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return {};
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return {};
  std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) return {};
  return content;
}

}  // namespace loads::runner
