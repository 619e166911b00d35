#include "runner/external/command.h"

#include <string_view>

#include "common/failure.h"

namespace loads::runner {
namespace {

constexpr std::string_view kPlace = "{test}";

[[noreturn]] void refuse(const std::string& why) { throw Failure(exit_code::usage, "--test-runner: " + why + ".", "options"); }

// Splits a command; a character at a time.
class Splitter {
 public:
  void take(char c) {
    if (escaped_) return add(c);
    if (c == '\\' && quote_ != '\'') {
      escaped_ = in_word_ = true;
    } else if (quote_ != '\0') {
      c == quote_ ? static_cast<void>(quote_ = '\0') : add(c);
    } else if (c == '\'' || c == '"') {
      quote_ = c;
      in_word_ = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      end_word();
    } else {
      add(c);
    }
  }

  std::vector<std::string> end() {
    if (quote_ != '\0') refuse(std::string("a ") + quote_ + " has no end");
    if (escaped_) refuse("a backslash is its last character");
    end_word();
    if (words_.empty()) refuse("it names no command");
    return std::move(words_);
  }

 private:
  void add(char c) {
    word_ += c;
    in_word_ = true;
    escaped_ = false;
  }

  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  std::vector<std::string> words_;
  std::string word_;
  bool in_word_ = false;
  bool escaped_ = false;
  char quote_ = '\0';
};

}  // namespace

std::vector<std::string> command_words(const std::string& command, const std::string& test) {
  Splitter splitter;
  for (const char c : command) splitter.take(c);
  std::vector<std::string> words = splitter.end();
  for (std::string& word : words) {
    for (auto at = word.find(kPlace); at != std::string::npos; at = word.find(kPlace, at + test.size()))
      word.replace(at, kPlace.size(), test);
  }
  return words;
}

}  // namespace loads::runner
