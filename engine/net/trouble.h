#pragma once

#include <string>

#include "common/metrics/request.h"

namespace loads::net {

// Why there is no connection, or no answer: the kind that is counted, and a sentence for a person.
struct Trouble {
  metrics::RequestError error = metrics::RequestError::none;
  std::string message;

  explicit operator bool() const { return error != metrics::RequestError::none; }
};

}  // namespace loads::net
