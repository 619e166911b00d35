#include "engine/websocket/handshake.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <loads/error.h>

#include "common/base64.h"
#include "engine/message/ascii.h"

namespace loads::websocket {
namespace {

constexpr std::size_t kMostQuoted = 200;  // bytes of a refusing server's answer

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
  });
}

// All fields of the name, as one list.
std::string header_list(const message::Answer& answer, std::string_view name) {
  std::string list;
  for (const auto& field : answer.fields) {
    if (message::equal_ignoring_case(answer.name(field), name)) list.append(list.empty() ? "" : ", ").append(answer.value(field));
  }
  return list;
}

bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    std::string_view part = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    part.remove_prefix(std::min(part.find_first_not_of(" \t"), part.size()));
    part = part.substr(0, part.find_last_not_of(" \t") + 1);
    if (message::equal_ignoring_case(part, token)) return true;
  }
  return false;
}

// "404 Not Found: no such page", with the beginning of the body if it is text of one line or more.
std::string in_words(const message::Answer& answer) {
  std::string text = std::to_string(answer.status) + " " + std::string(answer.reason());
  std::string_view body = answer.body.view().substr(0, kMostQuoted);
  body = body.substr(0, body.find_first_of("\r\n"));
  const bool readable = std::all_of(body.begin(), body.end(), [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7f; });
  if (readable && !body.empty()) text += ": " + std::string(body);
  return text;
}

std::string wrong_with(const message::Answer& answer, const Proposal& proposal) {
  if (answer.status != 101) return "the server answered " + in_words(answer);
  if (!has_token(answer.header("Upgrade"), "websocket")) return "the server's answer has no \"Upgrade: websocket\"";
  if (!has_token(header_list(answer, "Connection"), "upgrade")) return "the server's answer has no \"Connection: Upgrade\"";
  if (header_list(answer, "Sec-WebSocket-Accept") != accept_of(proposal.key)) {
    return "the server's Sec-WebSocket-Accept does not belong to this request";
  }
  const std::string protocol = header_list(answer, "Sec-WebSocket-Protocol");
  if (!protocol.empty() && std::count(proposal.protocols.begin(), proposal.protocols.end(), protocol) == 0) {
    return "the server has chosen the subprotocol \"" + protocol + "\", which was not offered";
  }
  return {};
}

}  // namespace

std::string make_key() {
  // std::random_device would ask the processor, and some take 15 us for each word.
  std::array<std::uint8_t, 16> bytes{};
  if (getentropy(bytes.data(), bytes.size()) < 0) throw std::system_error(errno, std::generic_category(), "getentropy");
  return base64_encode(bytes);
}

Proposal make_proposal(const WebSocketOptions& options) {
  const std::vector<std::string>& protocols = options.protocols;
  for (auto one = protocols.begin(); one != protocols.end(); ++one) {
    if (!is_token(*one)) throw InvalidRequest("\"" + *one + "\" is not the name of a subprotocol");
    if (std::count(protocols.begin(), one, *one) > 0) throw InvalidRequest("the subprotocol \"" + *one + "\" stands there twice");
  }
  Proposal proposal{make_key(), protocols, join(options.extensions), {}};
  if (options.compression && proposal.extensions.empty()) proposal.extensions = "permessage-deflate; client_max_window_bits";
  if (proposal.extensions.empty()) return proposal;
  TermsResult offer = read_offer(proposal.extensions);
  if (!offer.terms) throw InvalidRequest(offer.error);
  proposal.terms = offer.terms;
  return proposal;
}

Pairs upgrade_headers(const Proposal& proposal) {
  Pairs headers{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Key", proposal.key}, {"Sec-WebSocket-Version", "13"}};
  if (!proposal.protocols.empty()) headers.emplace_back("Sec-WebSocket-Protocol", join(proposal.protocols));
  if (!proposal.extensions.empty()) headers.emplace_back("Sec-WebSocket-Extensions", proposal.extensions);
  return headers;
}

Agreement read_answer(const message::Answer& answer, const Proposal& proposal) {
  Agreement agreement;
  agreement.error = wrong_with(answer, proposal);
  if (!agreement.error.empty()) return agreement;
  agreement.protocol = header_list(answer, "Sec-WebSocket-Protocol");
  TermsResult terms = read_agreement(header_list(answer, "Sec-WebSocket-Extensions"), proposal.terms);
  agreement.terms = terms.terms;
  if (!terms.error.empty()) agreement.error = "the server's handshake is not valid: " + terms.error;
  return agreement;
}

}  // namespace loads::websocket
