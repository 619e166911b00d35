#pragma once

#include <string>
#include <vector>

#include "proto/values.h"

namespace loads::proto {

// What a test in Python needs beside what an agent's Python has.
struct PythonPackages {
  std::vector<std::string> names;   // as pip takes them: "httpx>=0.27"
  std::vector<std::string> wheels;  // paths in the bundle
  bool no_index = false;            // nothing is asked of a package index: the wheels are all there is

  bool operator==(const PythonPackages&) const = default;
  bool empty() const { return names.empty() && wheels.empty(); }

  static void fields(auto& self, auto&& field) {
    field.when_set("names", self.names);
    field.when_set("wheels", self.wheels);
    field.when_set("no_index", self.no_index);
  }
};

}  // namespace loads::proto
