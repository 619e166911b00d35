#include "examples/target/request_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>

namespace loads::target {
namespace {

namespace http = boost::beast::http;
using boost::beast::string_view;
using ErrorCode = boost::beast::error_code;

// Beast's parser for one message, which copies into strings that outlive it: no allocation for a request like the one before.
class MessageParser : public http::basic_parser<true> {
 public:
  explicit MessageParser(Request& request) : request_(request) {
    eager(true);
    header_limit(RequestReader::kMaxHead);
    body_limit(RequestReader::kMaxBody);
  }

 private:
  void on_request_impl(http::verb, string_view method, string_view target, int, ErrorCode&) override {
    request_.method.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
  }
  void on_response_impl(int, string_view, int, ErrorCode&) override {}
  void on_field_impl(http::field name, string_view, string_view value, ErrorCode&) override {
    if (name == http::field::cookie) {
      request_.cookie.assign(value.data(), value.size());
    } else if (name == http::field::authorization) {
      request_.authorization.assign(value.data(), value.size());
    } else if (name == http::field::upgrade) {
      names_websocket_ = boost::beast::iequals(value, "websocket");
    } else if (name == http::field::expect) {
      request_.expects_continue = boost::beast::iequals(value, "100-continue");
    }
  }
  void on_header_impl(ErrorCode&) override {
    request_.keep_alive = keep_alive();
    request_.websocket = names_websocket_ && upgrade();
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(string_view body, ErrorCode&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, ErrorCode& error) override { return on_body_impl(body, error); }
  void on_finish_impl(ErrorCode&) override {}

  Request& request_;
  bool names_websocket_ = false;
};

RequestReader::State state_of(const ErrorCode& error, bool done) {
  if (error == http::error::body_limit || error == http::error::header_limit) {
    return RequestReader::State::too_large;
  }
  if (error && error != http::error::need_more) {
    return RequestReader::State::malformed;
  }
  return done ? RequestReader::State::complete : RequestReader::State::incomplete;
}

}  // namespace

class RequestReader::Parser {
 public:
  Parser() { restart(); }
  void restart() {
    request.clear();
    message.emplace(request);
  }

  Request request;
  std::optional<MessageParser> message;
};

RequestReader::RequestReader() : parser_(std::make_unique<Parser>()) {}
RequestReader::~RequestReader() = default;

RequestReader::Result RequestReader::feed(std::string_view bytes) {
  Result result;
  // The parser stops at each border of a chunk, and there may be more than one in these bytes.
  while (result.state == State::incomplete && result.used < bytes.size()) {
    ErrorCode error;
    const auto rest = bytes.substr(result.used);
    const std::size_t used = parser_->message->put(boost::asio::buffer(rest.data(), rest.size()), error);
    result.used += used;
    result.state = state_of(error, parser_->message->is_done());
    if (error || used == 0) {
      break;
    }
  }
  return result;
}

const Request& RequestReader::request() const { return parser_->request; }

bool RequestReader::take_expectation() {
  const bool expected = parser_->message->is_header_done() && !parser_->message->is_done() && parser_->request.expects_continue;
  if (expected) {
    parser_->request.expects_continue = false;
  }
  return expected;
}

void RequestReader::next() { parser_->restart(); }

}  // namespace loads::target
