#include "engine/websocket/extension.h"

#include <algorithm>
#include <charconv>

namespace loads::websocket {
namespace {

constexpr std::string_view kName = "permessage-deflate";

bool is_token_character(char c) {
  constexpr std::string_view kSymbols = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kSymbols.find(c) != std::string_view::npos;
}

// Reads a header's value from its front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { skip_blanks(); }

  bool at_end() const { return text_.empty(); }
  bool take(char wanted) {
    if (!text_.starts_with(wanted)) return false;
    text_.remove_prefix(1);
    skip_blanks();
    return true;
  }
  std::string token() {  // empty: there is none
    const auto end = std::find_if_not(text_.begin(), text_.end(), is_token_character);
    std::string taken(text_.begin(), end);
    text_.remove_prefix(taken.size());
    skip_blanks();
    return taken;
  }
  // A token, in quotes or not.
  std::string value() {
    const bool quoted = text_.starts_with('"');
    if (quoted) text_.remove_prefix(1);
    std::string taken = token();
    return quoted && !take('"') ? std::string() : taken;
  }

 private:
  void skip_blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t"), text_.size())); }

  std::string_view text_;
};

bool read_parameter(Scanner& scanner, Extension& extension) {
  Extension::Parameter parameter;
  parameter.name = scanner.token();
  if (parameter.name.empty()) return false;
  if (scanner.take('=')) {
    parameter.value = scanner.value();
    if (parameter.value->empty()) return false;
  }
  extension.parameters.push_back(std::move(parameter));
  return true;
}

std::optional<int> window_bits(const std::string& text) {
  int bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  const bool whole = error == std::errc() && end == text.data() + text.size() && text[0] != '0';
  return whole && bits >= 8 && bits <= 15 ? std::optional(bits) : std::nullopt;
}

std::string in_words(const Extension::Parameter& parameter) { return parameter.name + (parameter.value ? "=" + *parameter.value : ""); }

// One parameter into the terms; false when it cannot be one. `in_offer`: client_max_window_bits needs no value there.
bool apply(const Extension::Parameter& parameter, bool in_offer, DeflateTerms& terms) {
  if (parameter.name == "server_no_context_takeover" || parameter.name == "client_no_context_takeover") {
    (parameter.name[0] == 's' ? terms.server_keeps_context : terms.client_keeps_context) = false;
    return !parameter.value;
  }
  if (parameter.name == "server_max_window_bits") {
    if (parameter.value) terms.server_window_bits = window_bits(*parameter.value);
    return terms.server_window_bits.has_value();
  }
  if (parameter.name == "client_max_window_bits") {
    terms.client_window_may_be_bounded = true;
    if (!parameter.value) return in_offer;
    terms.client_window_bits = window_bits(*parameter.value);
    return terms.client_window_bits.has_value();
  }
  return false;
}

TermsResult read_terms(const Extension& extension, bool in_offer) {
  DeflateTerms terms;
  for (auto one = extension.parameters.begin(); one != extension.parameters.end(); ++one) {
    const bool twice = std::any_of(extension.parameters.begin(), one, [&](const auto& earlier) { return earlier.name == one->name; });
    if (twice || !apply(*one, in_offer, terms)) {
      return {{}, "permessage-deflate with \"" + in_words(*one) + "\", which " + (twice ? "stands there twice" : "is not valid")};
    }
  }
  return {terms, {}};
}

const char* broken_promise(const DeflateTerms& offer, const DeflateTerms& agreed) {
  if (agreed.client_window_bits && !offer.client_window_may_be_bounded) return "client_max_window_bits, which was not offered";
  if (!offer.server_keeps_context && agreed.server_keeps_context) return "no server_no_context_takeover, which was asked for";
  if (offer.server_window_bits && agreed.server_window_bits.value_or(15) > *offer.server_window_bits) {
    return "a larger server_max_window_bits than was asked for";
  }
  return nullptr;
}

}  // namespace

std::optional<std::vector<Extension>> parse_extensions(std::string_view value) {
  std::vector<Extension> extensions;
  Scanner scanner(value);
  do {
    Extension extension;
    extension.name = scanner.token();
    if (extension.name.empty()) return std::nullopt;
    while (scanner.take(';')) {
      if (!read_parameter(scanner, extension)) return std::nullopt;
    }
    extensions.push_back(std::move(extension));
  } while (scanner.take(','));
  if (!scanner.at_end()) return std::nullopt;
  return extensions;
}

TermsResult read_offer(std::string_view value) {
  const auto extensions = parse_extensions(value);
  if (!extensions) return {{}, "\"" + std::string(value) + "\" is no list of extensions"};
  for (const Extension& extension : *extensions) {
    if (extension.name != kName) return {{}, "the extension \"" + extension.name + "\" is not known: permessage-deflate is the only one"};
  }
  if (extensions->size() > 1) return {{}, "permessage-deflate is offered twice"};
  return read_terms(extensions->front(), true);
}

TermsResult read_agreement(std::string_view value, const std::optional<DeflateTerms>& offer) {
  if (value.empty()) return {};
  const auto extensions = parse_extensions(value);
  if (!extensions) return {{}, "its Sec-WebSocket-Extensions cannot be read"};
  for (const Extension& extension : *extensions) {
    if (extension.name != kName || !offer) return {{}, "it has chosen the extension \"" + extension.name + "\", which was not offered"};
  }
  if (extensions->size() > 1) return {{}, "it has chosen permessage-deflate twice"};
  TermsResult agreed = read_terms(extensions->front(), false);
  if (!agreed.terms) return {{}, "it has chosen " + agreed.error};
  if (const char* promise = broken_promise(*offer, *agreed.terms))
    return {{}, std::string("it has chosen permessage-deflate with ") + promise};
  agreed.terms->client_keeps_context = agreed.terms->client_keeps_context && offer->client_keeps_context;
  return agreed;
}

}  // namespace loads::websocket
