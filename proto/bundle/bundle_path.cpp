#include "proto/bundle/bundle_path.h"

#include <algorithm>
#include <cstddef>

#include "proto/bundle/limits.h"

namespace loads::bundle {
namespace {

std::string_view component_trouble(std::string_view name) {
  if (name.empty()) return "it has an empty component";
  if (name == ".") return "it has a component \".\"";
  if (name == "..") return "it leads out of its folder";
  if (name.size() > kMaxName) return "it has a component of more than 255 bytes";
  return {};
}

}  // namespace

std::string_view path_trouble(std::string_view path) {
  if (path.empty()) return "it is empty";
  if (path.size() > kMaxPath) return "it is longer than 512 bytes";
  if (path.find('\0') != std::string_view::npos) return "it has a NUL";
  if (path.front() == '/') return "it is absolute";
  if (static_cast<std::size_t>(std::count(path.begin(), path.end(), '/')) >= kMaxDepth) return "it has more than 32 components";
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    if (const auto trouble = component_trouble(path.substr(begin, end - begin)); !trouble.empty()) return trouble;
    begin = end + 1;
  }
  return {};
}

std::string_view file_that_is_a_folder(std::span<const std::string_view> sorted) {
  for (const std::string_view path : sorted) {
    for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
      const auto folder = path.substr(0, slash);
      if (std::binary_search(sorted.begin(), sorted.end(), folder)) return folder;
    }
  }
  return {};
}

}  // namespace loads::bundle
