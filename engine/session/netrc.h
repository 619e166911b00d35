#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace loads::session {

// Passwords by host, as a .netrc has them and Python's netrc reads it: machine, default, login or user, account, password; macros are
// passed over. Immutable once read, so that threads may share it.
class Netrc {
 public:
  struct Entry {
    std::string login;  // or the account, when there is none
    std::string password;
  };

  // Throws Failure that names `file` and the line of what cannot be read.
  static Netrc parse(std::string_view text, std::string_view file);

  const Entry* find(const std::string& host) const;  // or the default entry; null when there is neither
  const std::string& text() const { return text_; }  // that it was read from

 private:
  std::string text_;
  std::map<std::string, Entry> machines_;
  std::optional<Entry> default_;
};

}  // namespace loads::session
