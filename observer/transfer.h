#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "observer/tell.h"

namespace loads::observer {

// One exchange with a server: libcurl, as far as observers need it. It goes where it is told and nowhere else (redirects are not followed),
// what the server answers is dropped, and it ends within kPatience.
class Transfer {
 public:
  Transfer(const std::string& url, const Cancelled& cancelled);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  void post(std::string body, const std::vector<std::string>& headers);
  void mail(const std::string& sender, const std::vector<std::string>& recipients, std::string text);

  // Empty: it took place. Else why it did not, in libcurl's words.
  std::string run();
  long status() const;  // of the answer; 0: there was none

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Where a URL leads, as the transfer will understand it; empty when it is none of http, https, smtp and smtps.
struct Place {
  std::string scheme;
  std::string host;
  std::string port;
};
Place place_of(const std::string& url);

// A mail server as users write it, as a URL: "mail.example:25" is smtp://mail.example:25.
std::string mail_url(const std::string& server);

}  // namespace loads::observer
