#pragma once

#include <string_view>

namespace loads::http {

// Calls `visit` with name and value of each line of the head of a request, as HTTP/1.1 has it; the first line, and any that is no header,
// has no name. Returns what stands behind the head.
template <typename Visit>
std::string_view for_each_head_line(std::string_view request, Visit&& visit) {
  for (bool first = true;; first = false) {
    const std::size_t end = request.find("\r\n");
    const std::string_view line = request.substr(0, end);
    request.remove_prefix(end == std::string_view::npos ? request.size() : end + 2);
    if (line.empty()) return request;
    const std::size_t colon = first ? std::string_view::npos : line.find(": ");
    if (colon == std::string_view::npos) {
      visit(std::string_view(), line);
    } else {
      visit(line.substr(0, colon), line.substr(colon + 2));
    }
  }
}

}  // namespace loads::http
