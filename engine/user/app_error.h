#pragma once

#include <stdexcept>

namespace loads::user {

// App's verdict on a status that a test did not expect: ends the test run as a Failure.
struct AppError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace loads::user
