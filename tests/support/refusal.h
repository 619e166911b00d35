#pragma once

#include <stdexcept>
#include <string>

#include "common/failure.h"

namespace loads {

// How a call ended that is expected to throw loads::Failure.
struct Refusal {
  int code = 0;
  std::string message = "accepted";
  std::string id;
};

template <typename Call>
Refusal refusal(Call call) {
  try {
    call();
  } catch (const Failure& failure) {
    return {failure.code(), failure.what(), failure.id()};
  }
  return {};
}

// The words of a std::invalid_argument, with which a parser refuses.
template <typename Call>
std::string refused(Call call) {
  try {
    call();
  } catch (const std::invalid_argument& reason) {
    return reason.what();
  }
  return "accepted";
}

}  // namespace loads
