#pragma once

#include <functional>
#include <map>
#include <string>

namespace loads {

// The variables a process was started with, as a value, so that what depends on them can be tested without changing them.
using Environment = std::map<std::string, std::string, std::less<>>;

// The variable's value; empty when it is not set, which none of ours tells apart.
inline std::string variable(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

}  // namespace loads
