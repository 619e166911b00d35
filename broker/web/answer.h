#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace loads::broker::web {

// What a client is told. The body is shared: many may be told the same, and nobody changes it.
struct Answer {
  int status = 200;
  std::string_view reason = "OK";
  std::string_view type = "text/plain; charset=utf-8";
  std::shared_ptr<const std::string> body;

  static Answer of(int status, std::string_view reason, std::string text);
  static Answer metrics(std::shared_ptr<const std::string> text);

  std::string head() const;  // up to the empty line; every connection ends with its answer
};

// What of a request counts here.
struct Question {
  std::string_view method;
  std::string_view target;
  std::optional<std::string_view> host;  // nothing: none, or several
};

// The answer to what is not to be had; nothing: the figures are asked for.
std::optional<Answer> refusal(const Question& question);

}  // namespace loads::broker::web
