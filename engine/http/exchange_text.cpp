#include "engine/http/exchange_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

#include "common/metrics/exemplar.h"
#include "common/utf8.h"
#include "engine/coding/decoder.h"
#include "engine/http/head_lines.h"
#include "engine/http/secret.h"

namespace loads::http {

using message::Answer;

namespace {

constexpr std::string_view kEllipsis = "...";
constexpr std::size_t kMost = metrics::ExemplarTable::kMostShown;
constexpr std::size_t kMostOfHead = kMost * 3 / 4;  // where a body follows

bool is_plain(char c) { return (c >= ' ' && c < 0x7f) || c == '\n' || c == '\t'; }

// How many characters at the front are shown as they are: most texts have no others.
std::size_t plain_beginning(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
}

// Text that can be shown, up to a limit.
class Shown {
 public:
  explicit Shown(std::size_t most) { allow(most); }
  void allow(std::size_t most) {
    most_ = most - kEllipsis.size() - 1;
    full_ = false;
  }

  void line(std::string_view name, std::string_view value) {
    add(name);
    if (!name.empty()) put(": ");
    is_secret(name) ? put(kHidden) : add(value);
    put("\n");
  }

  void add(std::string_view text);

  std::string take() { return std::move(text_); }

 private:
  void put(std::string_view piece);  // whole, or not at all
  void put_plain(std::string_view text);
  std::size_t put_character(std::string_view text);
  void escaped(char c);

  std::string text_;
  std::size_t most_ = 0;
  bool full_ = false;
};

void Shown::put(std::string_view piece) {
  if (full_) return;
  full_ = text_.size() + piece.size() > most_;
  text_ += full_ ? kEllipsis : piece;
  if (full_) text_ += '\n';
}

void Shown::escaped(char c) {
  std::array<char, 5> text{};
  std::snprintf(text.data(), text.size(), "\\x%02x", static_cast<unsigned char>(c));
  put(text.data());
}

void Shown::put_plain(std::string_view text) {
  const std::size_t room = most_ - std::min(text_.size(), most_);
  if (!full_) text_ += text.substr(0, room);
  if (text.size() > room) put(text);
}

// The first one of `text`, which is not plain. How many bytes it has.
std::size_t Shown::put_character(std::string_view text) {
  if (text.starts_with("\r\n")) return 1;
  Utf8 checker;
  std::size_t size = 1;
  while (size <= text.size() && checker.take(text.substr(size - 1, 1)) && !checker.is_whole()) ++size;
  if (size > 1 && size <= text.size() && checker.is_whole()) {
    put(text.substr(0, size));
    return size;
  }
  escaped(text.front());
  return 1;
}

void Shown::add(std::string_view text) {
  while (!text.empty() && !full_) {
    const std::size_t plain = plain_beginning(text);
    put_plain(text.substr(0, plain));
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(put_character(text));
  }
}

std::string unpacked(const Answer& answer) {
  std::string text;
  static_cast<void>(coding::decode(answer.codings(), answer.body.view(), std::numeric_limits<std::uint64_t>::max(), [&](auto piece) {
    text += piece.substr(0, kMost - std::min(text.size(), kMost));
    return text.size() < kMost;
  }));
  return text;
}

std::string beginning_of_body(const Answer& answer) {
  const bool is_coded = answer.has(Answer::kIsCoded) && coding::Decoder::knows(answer.codings());
  std::string text = is_coded ? unpacked(answer) : std::string();
  return text.empty() ? std::string(answer.body.view().substr(0, kMost)) : text;
}

}  // namespace

std::string shown_request(std::string_view request) {
  Shown shown(kMost);
  for_each_head_line(request, [&](std::string_view name, std::string_view value) { shown.line(name, value); });
  return shown.take();
}

std::string shown_answer(const Answer& answer) {
  if (answer.status == 0) return {};
  Shown shown(kMostOfHead);
  shown.line({}, std::string(message::version_text(answer)) + " " + std::to_string(answer.status) + " " + std::string(answer.reason()));
  for (const Answer::Field& field : answer.fields) shown.line(answer.name(field), answer.value(field));
  shown.allow(kMost);
  if (answer.rest != nullptr || answer.body.size() == 0) return shown.take();  // a streamed body has only its present piece
  shown.line({}, {});
  shown.add(beginning_of_body(answer));
  return shown.take();
}

}  // namespace loads::http
