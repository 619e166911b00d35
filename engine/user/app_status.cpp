#include <fnmatch.h>

#include <algorithm>

#include <loads/app_options.h>

namespace loads {

bool Status::matches(int code, std::string_view reason) const {
  if (!codes_.empty()) return std::find(codes_.begin(), codes_.end(), code) != codes_.end();
  if (pattern_.empty()) return code >= 200 && code < 400;
  const std::string text = std::to_string(code) + " " + std::string(reason);
  return pattern_ == std::to_string(code) || ::fnmatch(pattern_.c_str(), text.c_str(), FNM_CASEFOLD) == 0;
}

std::string Status::describe() const {
  if (!pattern_.empty()) return pattern_;
  if (codes_.empty()) return "200 OK or 3xx redirect";
  std::string out = codes_.size() == 1 ? "" : "one of ";
  for (const int& code : codes_) out.append(&code == codes_.data() ? "" : ", ").append(std::to_string(code));
  return out;
}

}  // namespace loads
