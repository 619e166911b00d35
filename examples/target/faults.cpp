#include "examples/target/pages.h"

namespace loads::target {
namespace {

void reset(const Request&, const Numbers&, Reply& reply) { reply.then = Reply::Then::reset; }

void stall(const Request&, const Numbers&, Reply& reply) { reply.then = Reply::Then::stall; }

void truncated(const Request& request, const Numbers&, Reply& reply) {
  write_head(request, 200, "Content-Length: 1000\r\n", {}, reply);
  append_filling(reply.bytes, 10);
  reply.then = Reply::Then::close;
}

void malformed(const Request&, const Numbers&, Reply& reply) {
  reply.bytes = "220 mail.example ESMTP ready\r\n500 this is not the protocol that you look for\r\n\r\n";
  reply.then = Reply::Then::close;
}

void endless(const Request& request, const Numbers&, Reply& reply) {
  write_head(request, 200, "Transfer-Encoding: chunked\r\n", {}, reply);
  reply.more = [](std::string& text) {
    text += "10000\r\n";
    append_filling(text, 0x10000);
    text += "\r\n";
    return true;
  };
}

void endless_head(const Request&, const Numbers&, Reply& reply) {
  reply.bytes = "HTTP/1.1 200 OK\r\n";
  reply.more = [](std::string& text) {
    for (int line = 0; line < 1000; ++line) {
      text += "X-Endless: and one more header, which is not the last\r\n";
    }
    return true;
  };
}

constexpr Page kFaults[] = {
    {"reset", 0, reset},         {"stall", 0, stall},     {"truncated", 0, truncated},
    {"malformed", 0, malformed}, {"endless", 0, endless}, {"endless-head", 0, endless_head},
};

}  // namespace

std::span<const Page> faults() { return kFaults; }

}  // namespace loads::target
