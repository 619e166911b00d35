#pragma once

#include <string>

namespace loads::wire {

// Why nothing comes from an endpoint, in a few words ("connection refused"), found out by trying to connect, which takes up to a second,
// and more where names are looked up. Empty: something listens there, but does not answer.
std::string why_silent(const std::string& endpoint);

}  // namespace loads::wire
