#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "proto/values.h"

namespace loads::proto {

// What workers make of the answers that they get: the part of user::Settings about that.
struct SessionSettings {
  std::string netrc;                           // the text of a .netrc; empty: none
  std::optional<std::uint32_t> max_redirects;  // nothing: the default

  bool operator==(const SessionSettings&) const = default;

  static void fields(auto& self, auto&& field) {
    field.when_set("netrc", self.netrc);
    field.when_set("max_redirects", self.max_redirects);
  }
};

}  // namespace loads::proto
