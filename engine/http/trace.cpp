#include "engine/http/trace.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/message/ascii.h"

namespace loads::http {

using message::equal_ignoring_case;
namespace {

constexpr std::array<std::string_view, 4> kSecret{"authorization", "proxy-authorization", "cookie", "set-cookie"};
constexpr std::size_t kLongestBody = 64 * 1024;

bool is_secret(std::string_view name) {
  return std::any_of(kSecret.begin(), kSecret.end(), [&](std::string_view secret) { return equal_ignoring_case(name, secret); });
}

// What a terminal would obey rather than show is shown as \xNN.
void append_printable(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      out.push_back(c);
    } else {
      char escaped[5];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", byte);
      out.append(escaped);
    }
  }
}

void append_line(std::string& out, char mark, std::string_view text) {
  out.append(1, mark).append(1, ' ');
  append_printable(out, text);
  out.push_back('\n');
}

void append_header(std::string& out, char mark, std::string_view name, std::string_view value) {
  append_line(out, mark, std::string(name) + ": " + (is_secret(name) ? "[hidden]" : std::string(value)));
}

void append_body(std::string& out, char mark, std::string_view body) {
  const std::size_t shown = std::min(body.size(), kLongestBody);
  for (std::string_view rest = body.substr(0, shown); !rest.empty();) {
    const std::size_t end = rest.find('\n');
    append_line(out, mark, rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  if (shown < body.size()) append_line(out, '*', std::to_string(body.size() - shown) + " bytes more");
}

}  // namespace

std::string trace_note(std::string_view text) {
  std::string out;
  append_line(out, '*', text);
  return out;
}

std::string trace_request(std::string_view request, TraceLevel level) {
  std::string out;
  while (true) {
    const std::size_t end = request.find("\r\n");
    const std::string_view line = request.substr(0, end);
    request.remove_prefix(end == std::string_view::npos ? request.size() : end + 2);
    if (line.empty()) break;
    const std::size_t colon = line.find(": ");
    if (out.empty() || colon == std::string_view::npos) {
      append_line(out, '>', line);
    } else {
      append_header(out, '>', line.substr(0, colon), line.substr(colon + 2));
    }
  }
  out.append(">\n");
  if (level == TraceLevel::full) append_body(out, '>', request);
  return out;
}

std::string trace_answer(const Answer& answer, TraceLevel level) {
  std::string out;
  append_line(out, '<', std::string(version_text(answer)) + " " + std::to_string(answer.status) + " " + std::string(answer.reason()));
  for (const Answer::Field& field : answer.fields) append_header(out, '<', answer.name(field), answer.value(field));
  out.append("<\n");
  if (level == TraceLevel::full) append_body(out, '<', answer.body.view());
  append_line(out, '*', std::to_string(answer.body_size) + " bytes of body");
  return out;
}

void print_trace(const std::string& lines) {
  for (std::string_view rest = lines; !rest.empty();) {
    const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (written <= 0) return;  // nobody reads it
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace loads::http
