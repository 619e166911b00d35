#include "engine/net/tunnel.h"

#include <charconv>
#include <cstring>
#include <vector>

namespace loads::net {
namespace {

using metrics::RequestError;

constexpr std::size_t kMaxHead = 64 * 1024;

std::string target_of(const Endpoint& endpoint) {
  const bool bare_ipv6 = endpoint.host.find(':') != std::string::npos;
  return (bare_ipv6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

std::string request_of(const Endpoint& endpoint) {
  const std::string target = target_of(endpoint);
  std::string text = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!endpoint.proxy->credentials.empty()) text += "Proxy-Authorization: " + endpoint.proxy->credentials + "\r\n";
  return text + "\r\n";
}

Trouble refused(const Endpoint& endpoint, const std::string& why) {
  return {RequestError::proxy, "the proxy " + endpoint.dial_host + ":" + std::to_string(endpoint.dial_port) + " " + why};
}

Trouble lost(const Endpoint& endpoint, const fiber::IoResult& result) {
  switch (result.end) {
    case fiber::IoResult::End::timed_out: return refused(endpoint, "did not open a tunnel to " + target_of(endpoint) + " in time");
    case fiber::IoResult::End::failed: return refused(endpoint, std::string("broke off: ") + std::strerror(result.error));
    default: return refused(endpoint, "closed the connection without an answer");
  }
}

// The status of "HTTP/1.1 200 OK"; 0: it is none.
int status_of(std::string_view head) {
  int status = 0;
  if (!head.starts_with("HTTP/1.") || head.size() < 12 || head[8] != ' ') return 0;
  const auto [end, error] = std::from_chars(head.data() + 9, head.data() + 12, status);
  return error == std::errc() && end == head.data() + 12 ? status : 0;
}

Trouble judge(const Endpoint& endpoint, std::string_view head) {
  const int status = status_of(head);
  if (status / 100 == 2) return {};
  if (status == 0) return refused(endpoint, "does not speak HTTP");
  const std::string line(head.substr(9, head.find_first_of("\r\n") - 9));
  if (status == 407)
    return refused(endpoint, "wants a user and a password, or others (" + line + "): --proxy http://USER:PASSWORD@HOST:PORT");
  return refused(endpoint, "opens no tunnel to " + target_of(endpoint) + ": " + line);
}

}  // namespace

Trouble open_tunnel(fiber::TcpStream& stream, const Endpoint& endpoint) {
  if (const fiber::IoResult sent = stream.send(request_of(endpoint)); !sent.ok()) return lost(endpoint, sent);
  std::string head;
  std::vector<char> piece(4096);  // not on the stack: a page of it would stay with every user
  while (true) {
    const fiber::IoResult got = stream.receive(piece);
    if (!got.ok()) return lost(endpoint, got);
    head.append(piece.data(), got.bytes);
    // The server speaks only when it was spoken to: nothing of its own can stand behind the head.
    if (const auto end = head.find("\r\n\r\n"); end != std::string::npos) {
      if (end + 4 != head.size() && status_of(head) / 100 == 2) return refused(endpoint, "sent more than its answer");
      return judge(endpoint, head);
    }
    if (head.size() > kMaxHead) return refused(endpoint, "answers without end");
  }
}

}  // namespace loads::net
