#include "examples/target/pages.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "examples/target/workshop.h"

namespace loads::target {
namespace {

constexpr std::string_view kSearch = "<html>Search</html>";
constexpr std::uint64_t kChunk = 5000;  // several in a receive buffer, and borders at changing places in it
constexpr std::string_view kChunked = "Transfer-Encoding: chunked\r\n";
using Milliseconds = std::chrono::milliseconds;
using std::to_string;

// A wait that fits every clock, however large the number in the path.
Milliseconds to_wait(std::uint64_t number) {
  constexpr std::uint64_t kDay = 24ull * 3600 * 1000;
  return Milliseconds(std::min(number, kDay));
}

std::string content_length(std::uint64_t size) { return "Content-Length: " + to_string(size) + "\r\n"; }

void slow(const Request& request, const Numbers& number, Reply& reply) {
  reply.delay += to_wait(number[0]);
  write_answer(request, 200, "slow", reply);
}

void work(const Request& request, const Numbers& number, Reply& reply) {
  constexpr std::uint64_t kMostPlaces = 10'000;
  if (number[0] == 0 || number[0] > kMostPlaces) {
    return write_answer(request, 400, "1 to 10000 places", reply);
  }
  reply.delay += time_in_workshop(number[0], to_wait(number[1]));
  write_answer(request, 200, "work", reply);
}

void status(const Request& request, const Numbers& number, Reply& reply) {
  if (number[0] < 200 || number[0] > 999) {
    return write_answer(request, 400, "a status is 200 to 999", reply);
  }
  write_answer(request, static_cast<int>(number[0]), "status", reply);
}

void echo(const Request& request, const Numbers&, Reply& reply) { write_answer(request, 200, request.body, reply); }

// A page to be read further: what is filled in comes back, and the link leads to the search.
void form(const Request& request, const Numbers&, Reply& reply) {
  constexpr std::string_view kForm =
      "<html><title>Log in</title><form id=\"login\" method=\"post\" action=\"/echo\"><input name=\"user\">"
      "<input type=\"checkbox\" name=\"stay\" value=\"yes\"><button name=\"go\" value=\"in\">Log in</button></form>"
      "<a href=\"/search\">Search instead</a></html>";
  write_answer(request, 200, kForm, reply);
}

void close(const Request& request, const Numbers&, Reply& reply) {
  reply.then = Reply::Then::close;
  write_answer(request, 200, kSearch, reply);
}

void close_delimited(const Request& request, const Numbers&, Reply& reply) {
  write_head(request, 200, {}, {}, reply);
  reply.then = Reply::Then::close;
  if (has_body(request, 200)) {
    reply.bytes += kSearch;
  }
}

void bytes(const Request& request, const Numbers& number, Reply& reply) {
  write_head(request, 200, content_length(number[0]), {}, reply);
  if (has_body(request, 200) && number[0] <= kPiece) {
    append_filling(reply.bytes, number[0]);
  } else if (has_body(request, 200)) {
    reply.more = [left = number[0]](std::string& text) mutable {
      const auto size = std::min<std::uint64_t>(left, kPiece);
      append_filling(text, size);
      left -= size;
      return left > 0;
    };
  }
}

void append_chunk(std::string& text, std::size_t size) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
  text.append(digits.data(), end);
  text += "\r\n";
  append_filling(text, size);
  text += "\r\n";
}

void chunked(const Request& request, const Numbers&, Reply& reply) {
  write_head(request, 200, kChunked, {}, reply);
  if (has_body(request, 200)) {
    reply.bytes += "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
  }
}

void chunked_bytes(const Request& request, const Numbers& number, Reply& reply) {
  write_head(request, 200, kChunked, {}, reply);
  if (!has_body(request, 200)) {
    return;
  }
  reply.more = [left = number[0]](std::string& text) mutable {
    for (int chunks = 0; left > 0 && chunks < 10; ++chunks) {
      const auto size = std::min(left, kChunk);
      append_chunk(text, size);
      left -= size;
    }
    if (left == 0) {
      text += "0\r\n\r\n";
    }
    return left > 0;
  };
}

void headers(const Request& request, const Numbers& number, Reply& reply) {
  constexpr std::uint64_t kMost = 100'000;
  if (number[0] > kMost) {
    return write_answer(request, 400, "at most 100000 headers", reply);
  }
  std::string flood;
  for (std::uint64_t index = 0; index < number[0]; ++index) {
    flood += "X-Flood-" + to_string(index) + ": some text that fills a header\r\n";
  }
  write_answer(request, 200, kSearch, reply, flood);
}

void drip(const Request& request, const Numbers& number, Reply& reply) {
  write_head(request, 200, content_length(number[0]), {}, reply);
  if (number[0] == 0 || !has_body(request, 200)) {
    return;
  }
  reply.pause = to_wait(number[1]);
  reply.more = [left = number[0]](std::string& text) mutable {
    text += 'x';
    return --left > 0;
  };
}

void idle_close(const Request& request, const Numbers& number, Reply& reply) {
  reply.idle_close = to_wait(number[0]);
  write_answer(request, 200, kSearch, reply);
}

constexpr Page kPages[] = {
    {"slow", 1, slow},
    {"work", 2, work},
    {"status", 1, status},
    {"echo", 0, echo},
    {"form", 0, form},
    {"close", 0, close},
    {"bytes", 1, bytes},
    {"close-delimited", 0, close_delimited},
    {"chunked", 0, chunked},
    {"headers", 1, headers},
    {"chunked", 1, chunked_bytes},
    {"drip", 2, drip},
    {"idle-close", 1, idle_close},
};

}  // namespace

void append_filling(std::string& text, std::size_t size) { text.append(size, 'x'); }

std::span<const Page> pages() { return kPages; }

}  // namespace loads::target
