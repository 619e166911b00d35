#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/run.h"

namespace loads::agent {

// How the workers of a share have ended that were replaced, in words: each way once, with how often and when last. Pure.
class Losses {
 public:
  static constexpr std::size_t kMost = 5;  // ways that are told

  bool empty() const { return count_ == 0; }
  void add(const std::string& what, proto::Nanoseconds at);  // since the start of the run
  void replaced();                                           // another worker has gone on after the last one
  bool knows(std::string_view what) const;
  std::string text() const;

 private:
  struct Loss {
    std::string what;
    std::uint32_t times = 0;
    proto::Nanoseconds at{};  // the last
    bool replaced = false;    // the last was

    std::string text() const;
  };
  Loss* find(std::string_view what);

  std::vector<Loss> told_;
  std::string last_;
  std::uint32_t count_ = 0;
};

}  // namespace loads::agent
