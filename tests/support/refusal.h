#pragma once

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

}  // namespace loads
