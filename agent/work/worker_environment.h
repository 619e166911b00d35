#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loads::agent {

// The environment of a worker, "NAME=VALUE" each: that of the agent without what is the agent's own business. A test is foreign code: it
// learns neither the agent's options nor where secrets lie, nor how to talk to the service manager in the agent's name.
std::vector<std::string> worker_environment(const std::vector<std::string>& own);

// This process's.
std::vector<std::string> own_environment();

// As exec() takes arguments and environments: with a null behind them. They point into `texts`.
std::vector<char*> pointers_to(std::vector<std::string>& texts);

bool is_kept_from_tests(std::string_view name);

}  // namespace loads::agent
