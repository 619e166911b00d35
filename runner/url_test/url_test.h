#pragma once

#include <optional>
#include <string>

#include "engine/user/test_registry.h"

namespace loads::runner {

// What a test of a URL alone sends.
struct UrlRequest {
  std::string url;
  std::string method;  // empty: GET, or POST when there is data
  std::optional<std::string> data;
};

// The method that is meant, in upper case.
std::string method_of(const UrlRequest& request);

// The test that sends `request` once a run, so that a URL goes the way of every other test. It does not look at the status: the summary
// says when that matters. Throws Failure(usage) when the URL is none. There is one such test in a process: a second call replaces the
// request of the first.
const user::TestInfo* make_url_test(UrlRequest request);

}  // namespace loads::runner
