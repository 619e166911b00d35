#pragma once

#include <chrono>
#include <string>

#include "proto/values.h"

namespace loads::proto {

// A test in any language: a command that runs one virtual user, and reports by JSON messages (docs/other-languages.md).
struct ExternalRunner {
  std::string command;                         // "{test}" in it stands for the test; empty: there is none
  std::string test;                            // as its user wrote it
  std::chrono::nanoseconds process_timeout{};  // for processes that should have ended

  bool operator==(const ExternalRunner&) const = default;

  static void fields(auto& self, auto&& field) {
    field("command", self.command);
    field("test", self.test);
    field("process_timeout", self.process_timeout);
  }
};

}  // namespace loads::proto
