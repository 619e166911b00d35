#include "engine/http/trace.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/engine/http/reception.h"

namespace loads::http {
namespace {

using namespace std::string_literals;

const std::string kRequest =
    "POST /x HTTP/1.1\r\nHost: h\r\nAuthorization: Basic secret\r\ncookie: secret\r\nContent-Length: 8\r\n\r\na: b\nc\x1b[";

TEST(Trace, ShowsARequestsHeadAndHidesItsSecrets) {
  EXPECT_EQ(trace_request(kRequest, TraceLevel::heads),
            "> POST /x HTTP/1.1\n> Host: h\n> Authorization: [hidden]\n> cookie: [hidden]\n> Content-Length: 8\n>\n");
}

TEST(Trace, ShowsBodiesWithoutWhatATerminalWouldObey) {
  EXPECT_TRUE(trace_request(kRequest, TraceLevel::full).ends_with(">\n> a: b\n> c\\x1b[\n"));
}

TEST(Trace, ShowsAnAnswer) {
  const auto got = receive("HTTP/1.1 404 Not\tFound\r\nSet-Cookie: secret\r\nContent-Length: 5\r\n\r\none\nt");
  EXPECT_EQ(trace_answer(*got.answer, TraceLevel::heads),
            "< HTTP/1.1 404 Not\\x09Found\n< Set-Cookie: [hidden]\n< Content-Length: 5\n<\n* 5 bytes of body\n");
  EXPECT_EQ(trace_answer(*got.answer, TraceLevel::full),
            "< HTTP/1.1 404 Not\\x09Found\n< Set-Cookie: [hidden]\n< Content-Length: 5\n<\n< one\n< t\n* 5 bytes of body\n");
}

TEST(Trace, CutsALongBody) {
  const std::string body(100000, 'x');
  const std::string text = trace_request("POST / HTTP/1.1\r\n\r\n" + body, TraceLevel::full);
  EXPECT_LT(text.size(), 70000U);
  EXPECT_TRUE(text.ends_with("\n* 34464 bytes more\n"));
}

TEST(Trace, KeepsANoteOnOneLine) { EXPECT_EQ(trace_note("a\nb\r"), "* a\\x0ab\\x0d\n"); }

TEST(Trace, SurvivesARequestThatIsCutShort) {
  EXPECT_EQ(trace_request("", TraceLevel::full), ">\n");
  EXPECT_EQ(trace_request("GET / HTTP/1.1", TraceLevel::full), "> GET / HTTP/1.1\n>\n");
}

}  // namespace
}  // namespace loads::http
