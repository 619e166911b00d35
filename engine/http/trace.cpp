#include "engine/http/trace.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "engine/http/head_lines.h"
#include "engine/http/secret.h"

namespace loads::http {

namespace {

constexpr std::size_t kLongestBody = 64 * 1024;

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
  append_line(out, mark, std::string(name) + ": " + std::string(is_secret(name) ? kHidden : value));
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
  const std::string_view body = for_each_head_line(request, [&](std::string_view name, std::string_view value) {
    name.empty() ? append_line(out, '>', value) : append_header(out, '>', name, value);
  });
  out.append(">\n");
  if (level == TraceLevel::full) append_body(out, '>', body);
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
