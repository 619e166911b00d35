#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loads::websocket {

// Sec-WebSocket-Extensions (RFC 6455, 9.1) and what is agreed about the one extension that is known: permessage-deflate (RFC 7692). Pure.

struct Extension {
  struct Parameter {
    std::string name;
    std::optional<std::string> value;
  };
  std::string name;
  std::vector<Parameter> parameters;
};

// A header's value; nothing when it is malformed.
std::optional<std::vector<Extension>> parse_extensions(std::string_view value);

// What permessage-deflate is asked for with, or agreed upon.
struct DeflateTerms {
  bool server_keeps_context = true;
  bool client_keeps_context = true;
  std::optional<int> server_window_bits;      // nothing: 15
  std::optional<int> client_window_bits;      // nothing: 15
  bool client_window_may_be_bounded = false;  // the offer had client_max_window_bits, with a value or without
};

// What a client offers, and what comes of it: nothing when there is no compression.
struct TermsResult {
  std::optional<DeflateTerms> terms;
  std::string error;  // in words; empty: none
};

// The offer that a test has written: at most one permessage-deflate, and nothing else.
TermsResult read_offer(std::string_view value);

// The server's answer to it. `offer` is nothing when nothing was offered; `value` is empty when the server has accepted nothing.
TermsResult read_agreement(std::string_view value, const std::optional<DeflateTerms>& offer);

}  // namespace loads::websocket
