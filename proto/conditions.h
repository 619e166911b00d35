#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/values.h"

namespace loads::proto {

// What makes a run a failure beside its errors, and what ends it early. Expressions are those of common/thresholds. Wire form: PROTOCOL.md.
struct Conditions {
  std::vector<std::string> thresholds;        // that the whole run is judged by
  std::vector<std::string> abort_thresholds;  // each with its window: crossed, the run ends
  bool fail_fast = false;                     // the first error or failure ends the run
  // What the run's user takes errors and failures for, and figures that are not to be believed; 0: for nothing. None: 1, and 98.
  std::optional<std::uint32_t> exit_code_on_failure{};
  std::optional<std::uint32_t> exit_code_on_invalid{};

  bool empty() const {
    return thresholds.empty() && abort_thresholds.empty() && !fail_fast && !exit_code_on_failure && !exit_code_on_invalid;
  }

  static void fields(auto& self, auto&& field) {
    field.when_set("thresholds", self.thresholds);
    field.when_set("abort_thresholds", self.abort_thresholds);
    field.when_set("fail_fast", self.fail_fast);
    field.when_set("exit_code_on_failure", self.exit_code_on_failure);
    field.when_set("exit_code_on_invalid", self.exit_code_on_invalid);
  }
};

// Why a run was ended early by its own conditions.
struct Abort {
  bool by_threshold = false;  // false: by fail_fast
  std::string reason;         // "errors>50% for 10s: 62.1%"; empty: it was not

  bool empty() const { return reason.empty(); }

  static void fields(auto& self, auto&& field) {
    field.when_set("by_threshold", self.by_threshold);
    field("reason", self.reason);
  }
};

}  // namespace loads::proto
