#include "engine/session/netrc.h"

#include <algorithm>

#include "common/failure.h"

namespace loads::session {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// The words of the file. In quotes a word may have blanks, or be empty; a backslash takes the next character as it is.
class Words {
 public:
  Words(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  // False at the end.
  bool next(std::string& word) {
    skip_blanks();
    word.clear();
    if (at_ == text_.size()) return false;
    const bool quoted = text_[at_] == '"';
    if (quoted) advance();
    while (at_ < text_.size() && !(quoted ? text_[at_] == '"' : kBlanks.find(text_[at_]) != std::string_view::npos)) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) advance();
      word += text_[at_];
      advance();
    }
    if (quoted && at_ == text_.size()) fail("a quote is not closed");
    if (quoted) advance();
    return true;
  }

  // The next word where a keyword is expected: comments, from "#" to the end of the line, are passed over.
  bool next_keyword(std::string& word) {
    while (true) {
      skip_blanks();
      if (at_ == text_.size() || text_[at_] != '#') return next(word);
      skip_line();
    }
  }

  std::string expect(const std::string& what) {
    std::string word;
    if (!next(word)) fail("the " + what + " is missing");
    return word;
  }

  // A macro ends with an empty line.
  void skip_macro() {
    skip_line();
    while (at_ < text_.size() && text_[at_] != '\n') skip_line();
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw Failure(exit_code::usage, std::string(file_) + ":" + std::to_string(line_) + ": " + why);
  }

 private:
  void advance() {
    if (text_[at_++] == '\n') ++line_;
  }
  void skip_blanks() {
    while (at_ < text_.size() && kBlanks.find(text_[at_]) != std::string_view::npos) advance();
  }
  void skip_line() {
    while (at_ < text_.size() && text_[at_] != '\n') advance();
    if (at_ < text_.size()) advance();
  }

  std::string_view text_;
  std::string_view file_;
  std::size_t at_ = 0;
  int line_ = 1;
};

// Reads up to the word behind the entry; false at the end of the file.
bool read_entry(Words& words, std::string& word, Netrc::Entry& entry) {
  std::string account;
  entry = {};
  bool more = false;
  while ((more = words.next_keyword(word))) {
    if (word == "login" || word == "user") {
      entry.login = words.expect("login");
    } else if (word == "account") {
      account = words.expect("account");
    } else if (word == "password") {
      entry.password = words.expect("password");
    } else {
      break;
    }
  }
  if (entry.login.empty()) entry.login = account;
  return more;
}

}  // namespace

Netrc Netrc::parse(std::string_view text, std::string_view file) {
  Netrc out;
  out.text_ = text;
  Words words(text, file);
  std::string word;
  bool more = words.next_keyword(word);
  while (more) {
    if (word == "machine") {
      const std::string host = words.expect("machine's name");
      more = read_entry(words, word, out.machines_[host]);
    } else if (word == "default") {
      more = read_entry(words, word, out.default_.emplace());
    } else if (word == "macdef") {
      words.expect("macro's name");
      words.skip_macro();
      more = words.next_keyword(word);
    } else {
      words.fail("\"machine\", \"default\" or \"macdef\" is expected");  // the word itself may be a secret
    }
  }
  return out;
}

const Netrc::Entry* Netrc::find(const std::string& host) const {
  if (const auto found = machines_.find(host); found != machines_.end()) return &found->second;
  return default_ ? &*default_ : nullptr;
}

}  // namespace loads::session
