#include "runner/options/parse_files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "engine/tls/pem.h"
#include "runner/options/parse.h"

namespace loads::runner::parse {
namespace {

constexpr std::uintmax_t kLargestFile = 512 * 1024;

// The content of a file that `read` can read.
std::string pem(const Texts& texts, void (*read)(const std::string&)) {
  std::string content = file(texts);
  if (text(texts).empty()) return content;
  try {
    read(content);
  } catch (const std::invalid_argument& reason) {
    throw std::invalid_argument(text(texts) + ": " + reason.what());
  }
  return content;
}

}  // namespace

std::string file(const Texts& texts) {
  const std::string path = text(texts);
  if (path.empty()) return {};
  std::ifstream stream(path, std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream.is_open() || stream.bad()) throw std::invalid_argument("cannot read " + path + ": " + std::strerror(errno));
  if (content.size() > kLargestFile) throw std::invalid_argument(path + " is larger than 512 KiB");
  return content;
}

std::string certificates(const Texts& texts) {
  return pem(texts, [](const std::string& content) { tls::read_certificates(content); });
}

std::string private_key(const Texts& texts) {
  return pem(texts, [](const std::string& content) { tls::read_key(content); });
}

}  // namespace loads::runner::parse
