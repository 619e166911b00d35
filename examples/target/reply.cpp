#include "examples/target/reply.h"

#include <array>
#include <charconv>

namespace loads::target {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Payload Too Large";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Status";
  }
}

void append_number(std::string& text, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

void begin_head(const Request& request, int status, Reply& reply) {
  reply.status = status;
  reply.bytes += "HTTP/1.1 ";
  append_number(reply.bytes, static_cast<std::uint64_t>(status));
  reply.bytes += ' ';
  reply.bytes += reason(status);
  reply.bytes += "\r\nContent-Type: text/html\r\n";
  if (!request.keep_alive) {
    reply.then = Reply::Then::close;
  }
  if (reply.then == Reply::Then::close) {
    reply.bytes += "Connection: close\r\n";
  }
}

}  // namespace

void Reply::clear() {
  status = 200;
  counted = true;
  delay = {};
  bytes.clear();
  more = nullptr;
  pause = {};
  then = Then::keep;
  idle_close.reset();
}

bool has_body(const Request& request, int status) { return request.method != "HEAD" && status != 204 && status != 304; }

void write_head(const Request& request, int status, std::string_view framing, std::string_view extra, Reply& reply) {
  begin_head(request, status, reply);
  reply.bytes += framing;
  reply.bytes += extra;
  reply.bytes += "\r\n";
}

void write_answer(const Request& request, int status, std::string_view body, Reply& reply, std::string_view extra) {
  begin_head(request, status, reply);
  if (status != 204 && status != 304) {
    reply.bytes += "Content-Length: ";
    append_number(reply.bytes, body.size());
    reply.bytes += "\r\n";
  }
  reply.bytes += extra;
  reply.bytes += "\r\n";
  if (has_body(request, status)) {
    reply.bytes += body;
  }
}

}  // namespace loads::target
