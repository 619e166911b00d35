#include "engine/http2/error_words.h"

#include <nghttp2/nghttp2.h>

namespace loads::http2 {
namespace {

constexpr std::size_t kMostShown = 100;

std::string_view meaning(std::uint32_t code) {
  switch (code) {
    case NGHTTP2_PROTOCOL_ERROR: return "it says that the protocol was broken";
    case NGHTTP2_INTERNAL_ERROR: return "something went wrong in the server";
    case NGHTTP2_FLOW_CONTROL_ERROR: return "it says that more was sent than it had room for";
    case NGHTTP2_SETTINGS_TIMEOUT: return "it waited too long for an acknowledgement";
    case NGHTTP2_REFUSED_STREAM: return "the request was not processed";
    case NGHTTP2_CANCEL: return "the server does not need it any more";
    case NGHTTP2_ENHANCE_YOUR_CALM: return "the server takes this for too much load";
    case NGHTTP2_INADEQUATE_SECURITY: return "the server wants a better TLS";
    case NGHTTP2_HTTP_1_1_REQUIRED: return "the server wants HTTP/1.1: --http-version 1.1";
    default: return {};
  }
}

}  // namespace

std::string error_words(std::uint32_t code) {
  const std::string_view known = nghttp2_http2_strerror(code);
  std::string words = known == "unknown" ? "error code " + std::to_string(code) : std::string(known);
  if (const std::string_view means = meaning(code); !means.empty()) words.append(" (").append(means).append(")");
  return words;
}

std::string debug_words(std::string_view bytes) {
  std::string words;
  for (const char c : bytes.substr(0, kMostShown)) words.push_back(c >= 0x20 && c < 0x7f ? c : '?');
  return words;
}

}  // namespace loads::http2
