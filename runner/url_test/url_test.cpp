#include "runner/url_test/url_test.h"

#include <algorithm>
#include <cctype>

#include <loads/test_case.h>

#include "common/failure.h"
#include "engine/http/target.h"
#include "engine/http/url.h"

namespace loads::runner {
namespace {

// TestInfo::make is a plain function, so what it makes finds its request here. Written before the run starts, only read after.
struct {
  UrlRequest request;
  std::string method;
  std::string name;
} current;

class UrlTest final : public TestCase {
 private:
  void TestBody() override {
    RequestOptions options;
    if (current.request.data) options.data = *current.request.data;
    session.request(current.method, current.request.url, options);
  }
};

TestCase* make() { return new UrlTest; }

void check_url(const std::string& url) {
  const http::UrlResult parsed = http::parse_url(url);
  if (!parsed) throw Failure(exit_code::usage, "this URL cannot be requested: " + parsed.error + ".", "options");
  if (parsed.url.scheme != http::Scheme::http && parsed.url.scheme != http::Scheme::https) {
    throw Failure(exit_code::usage, "\"" + http::without_userinfo(url) + "\" cannot be requested: it is neither http:// nor https://.",
                  "options");
  }
}

}  // namespace

std::string method_of(const UrlRequest& request) {
  if (request.method.empty()) return request.data ? "POST" : "GET";
  std::string method = request.method;
  std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return method;
}

const user::TestInfo* make_url_test(UrlRequest request) {
  check_url(request.url);
  current.method = method_of(request);
  if (!std::all_of(current.method.begin(), current.method.end(),
                   [](unsigned char c) { return c < 0x80 && (std::isalpha(c) != 0 || c == '-'); })) {
    throw Failure(exit_code::usage, "--method: \"" + request.method + "\" is not a method of HTTP.", "options");
  }
  current.request = std::move(request);
  current.name = current.method + " " + http::without_userinfo(current.request.url);
  static user::TestInfo info{};
  info = {"url", current.name.c_str(), "", 0, &make};
  return &info;
}

}  // namespace loads::runner
