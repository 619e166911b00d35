#include "engine/websocket/close_code.h"

#include "common/utf8.h"
#include "engine/websocket/frame.h"

namespace loads::websocket {
namespace {

const char* name_of(std::uint16_t code) {
  switch (code) {
    case 1000: return "normal closure";
    case 1001: return "going away";
    case 1002: return "protocol error";
    case 1003: return "unsupported data";
    case 1005: return "no code given";
    case 1006: return "without a close frame";
    case 1007: return "invalid data";
    case 1008: return "policy violation";
    case 1009: return "message too big";
    case 1010: return "extension missing";
    case 1011: return "internal error of the server";
    case 1012: return "service restart";
    case 1013: return "try again later";
    case 1014: return "bad gateway";
    default: return nullptr;
  }
}

}  // namespace

bool may_be_sent(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

std::string in_words(std::uint16_t code) {
  const char* name = name_of(code);
  return std::to_string(code) + (name != nullptr ? std::string(", ") + name : "");
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  std::string payload;
  if (code == close_code::none) return payload;
  payload += static_cast<char>(code >> 8U);
  payload += static_cast<char>(code & 0xffU);
  reason = reason.substr(0, kMostOfControl - payload.size());
  while (!is_utf8(reason)) reason.remove_suffix(1);
  payload += reason;
  return payload;
}

}  // namespace loads::websocket
