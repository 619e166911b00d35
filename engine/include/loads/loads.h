#pragma once

// What the author of a test includes: the standard library and GoogleTest, and nothing else, are needed to compile it.
//
//   struct TestWebSite : loads::TestCase {};
//
//   LOADS_TEST(TestWebSite, test_es) {
//     auto answer = session.get("http://localhost:9200", {.timeout = 2s});
//     EXPECT_EQ(answer.status_code(), 200);
//   }

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include <loads/app.h>
#include <loads/app_options.h>
#include <loads/app_response.h>
#include <loads/auth.h>
#include <loads/cookies.h>
#include <loads/error.h>
#include <loads/event_stream.h>
#include <loads/feeder.h>
#include <loads/form.h>
#include <loads/json.h>
#include <loads/module.h>
#include <loads/request_options.h>
#include <loads/response.h>
#include <loads/scoped_trace.h>
#include <loads/session.h>
#include <loads/test.h>
#include <loads/test_case.h>
#include <loads/upload.h>
#include <loads/user.h>
#include <loads/websocket.h>

// So that tests write `.timeout = 2s` and `sleep_for(100ms)`.
using namespace std::chrono_literals;  // NOLINT(google-global-names-in-headers)
