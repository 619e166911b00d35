#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace loads::agent {

// What a worker prints: the last 64 KiB, and how much there was before it. A test that prints without end costs its agent no memory and no
// disk. Pure.
class OutputTail {
 public:
  static constexpr std::size_t kKept = std::size_t{64} * 1024;

  void add(std::string_view bytes);

  std::uint64_t dropped() const { return total_ - kept().size(); }  // bytes
  std::vector<std::string_view> lines() const;                      // those that are not empty; into this, until the next add()

  // The last line that says something: no frame of a backtrace. Empty when there is none.
  std::string_view last_words() const;

 private:
  std::string_view kept() const;

  std::string text_;
  std::uint64_t total_ = 0;
};

}  // namespace loads::agent
