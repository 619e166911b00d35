#include "engine/http/file_cache.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <loads/error.h>

namespace loads::http {

const std::string& FileCache::read(const std::string& path) {
  if (const auto known = files_.find(path); known != files_.end()) return known->second;
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) throw InvalidRequest("cannot read " + path + ": " + std::strerror(errno));
  return files_.emplace(path, std::move(text)).first->second;
}

}  // namespace loads::http
