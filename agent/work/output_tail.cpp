#include "agent/work/output_tail.h"

#include <algorithm>

namespace loads::agent {
namespace {

// "/usr/bin/loads-runner(_ZN5loads...+0x1f)[0x55d0...]", as backtrace_symbols has it.
bool is_frame(std::string_view line) { return line.ends_with(']') && line.find("[0x") != std::string_view::npos; }

}  // namespace

void OutputTail::add(std::string_view bytes) {
  total_ += bytes.size();
  text_.append(bytes.substr(bytes.size() - std::min(bytes.size(), kKept)));
  // Not at every call: moving the tail for each line of a flood would cost more than reading it.
  if (text_.size() > 2 * kKept) text_.erase(0, text_.size() - kKept);
}

std::string_view OutputTail::kept() const { return std::string_view(text_).substr(text_.size() - std::min(text_.size(), kKept)); }

std::vector<std::string_view> OutputTail::lines() const {
  std::vector<std::string_view> lines;
  const std::string_view text = kept();
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::string_view OutputTail::last_words() const {
  const auto all = lines();
  const auto found = std::find_if_not(all.rbegin(), all.rend(), is_frame);
  return found == all.rend() ? std::string_view() : *found;
}

}  // namespace loads::agent
