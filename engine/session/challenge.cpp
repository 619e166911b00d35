#include "engine/session/challenge.h"

#include <algorithm>

#include "engine/message/ascii.h"

namespace loads::session {
namespace {

bool is_token_character(char c) { return message::is_letter(c) || message::is_digit(c) || message::is_one_of(c, "!#$%&'*+-.^_`|~"); }

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), message::to_lower);
  return out;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Challenge> read() {
    while (!text_.empty()) {
      skip(" \t,");
      read_item();
    }
    return std::move(found_);
  }

 private:
  // "name = value" belongs to the scheme before it; a name alone is the next scheme.
  void read_item() {
    const std::string_view name = take_token();
    if (name.empty()) return skip_to_comma();
    const std::string_view behind_name = text_;
    skip(" \t");
    if (text_.starts_with('=') && !found_.empty()) {
      text_.remove_prefix(1);
      skip(" \t");
      found_.back().parameters.emplace_back(lower(name), take_value());
      return;
    }
    text_ = behind_name;
    found_.push_back({lower(name), {}});
    skip(" \t");
    skip_token68();
  }

  // "Negotiate YII=": credentials of a kind that nobody here speaks.
  void skip_token68() {
    std::string_view item = text_.substr(0, text_.find(','));
    item = item.substr(0, item.find_last_not_of(" \t=") + 1);
    const bool is_token68 = std::ranges::all_of(item, [](char c) { return is_token_character(c) || c == '/'; });
    if (is_token68 && !item.empty()) skip_to_comma();
  }

  void skip(std::string_view characters) { text_.remove_prefix(std::min(text_.find_first_not_of(characters), text_.size())); }
  void skip_to_comma() { text_.remove_prefix(std::min(text_.find(','), text_.size())); }

  std::string_view take_token() {
    const auto end = std::ranges::find_if_not(text_, is_token_character);
    const std::string_view token = text_.substr(0, static_cast<std::size_t>(end - text_.begin()));
    text_.remove_prefix(token.size());
    return token;
  }

  std::string take_value() {
    if (text_.starts_with('"')) return take_quoted();
    const std::string_view value = text_.substr(0, std::min(text_.find_first_of(", \t"), text_.size()));
    text_.remove_prefix(value.size());
    return std::string(value);
  }

  std::string take_quoted() {
    std::string value;
    std::size_t at = 1;
    for (; at < text_.size() && text_[at] != '"'; ++at) {
      if (text_[at] == '\\' && at + 1 < text_.size()) ++at;
      value += text_[at];
    }
    text_.remove_prefix(std::min(at + 1, text_.size()));
    return value;
  }

  std::string_view text_;
  std::vector<Challenge> found_;
};

}  // namespace

std::string_view Challenge::get(std::string_view name) const {
  const auto found = std::ranges::find_if(parameters, [&](const auto& parameter) { return parameter.first == name; });
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

std::vector<Challenge> parse_challenges(std::string_view text) { return Reader(text).read(); }

bool lists(std::string_view list, std::string_view item) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view one = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
    one = one.substr(0, one.find_last_not_of(" \t") + 1);
    if (message::equal_ignoring_case(one, item)) return true;
  }
  return false;
}

}  // namespace loads::session
