#include <unistd.h>

#include <array>
#include <ctime>

#include "observer/tell.h"
#include "observer/transfer.h"

namespace loads::observer {
namespace {

constexpr long kPermanent = 500;  // SMTP: from here on it will not be otherwise
constexpr std::size_t kLongestHeader = 900;

// A header is one line of ASCII: whatever else a test or a user is called stands in the text alone.
std::string in_header(const std::string& text) {
  std::string line;
  for (const char c : text.substr(0, kLongestHeader)) line += c >= ' ' && c <= '~' ? c : '?';
  return line;
}

std::string this_host() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return in_header(name.data());
}

std::string date(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S +0000", &parts)};
}

std::string letter(const proto::Observer& observer, const std::string& sender, const RunEnd& end) {
  std::string to;
  for (const std::string& recipient : observer.recipients) to += (to.empty() ? "" : ", ") + in_header(recipient);
  std::string text = "From: " + in_header(sender) + "\r\nTo: " + to + "\r\nSubject: loads: " + in_header(in_one_line(end)) +
                     "\r\nDate: " + date(std::chrono::system_clock::now()) + "\r\nMessage-ID: <" + key_of(end) + "@" + this_host() +
                     ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                     "Content-Transfer-Encoding: 8bit\r\n\r\n";
  for (const char c : in_one_line(end) + "\n\n" + to_json(end) + "\nloads-runner --report " + end.run + " shows all of it.\n") {
    text += c == '\n' ? "\r\n" : std::string(1, c);
  }
  return text;
}

}  // namespace

Outcome tell_email(const proto::Observer& observer, const RunEnd& end, const Cancelled& cancelled) {
  const std::string sender = observer.sender.empty() ? "loads@" + this_host() : observer.sender;
  Transfer transfer(mail_url(observer.server), cancelled);
  transfer.mail(sender, observer.recipients, letter(observer, sender, end));
  const std::string error = transfer.run();
  if (error.empty()) return {};
  const long status = transfer.status();
  const std::string said = status > 0 ? " (it answered " + std::to_string(status) + ")" : "";
  return {"the mail server did not take the message: " + error + said, status < kPermanent};
}

}  // namespace loads::observer
