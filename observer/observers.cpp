#include "observer/observers.h"

#include <strings.h>

#include <algorithm>

#include "common/failure.h"
#include "common/suggest.h"
#include "observer/transfer.h"

namespace loads::observer {
namespace {

const std::vector<std::string> kNames{"webhook", "email", "command"};

[[noreturn]] void fail(const std::string& message) { throw Failure(exit_code::usage, message, "observer"); }

void need(const std::string& name, const std::string& option, bool given) {
  if (!given) fail("--observer " + name + " needs --observer-" + name + "-" + option + ".");
}

bool is_one_line(const std::string& text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

bool is_address(const std::string& text) { return is_one_line(text) && text.find_first_of(" <>,;") == std::string::npos && !text.empty(); }

proto::Observer webhook(const Given& given) {
  need("webhook", "url", !given.url.empty());
  const Place place = is_one_line(given.url) ? place_of(given.url) : Place{};
  if (place.scheme != "http" && place.scheme != "https")
    fail("--observer-webhook-url: \"" + given.url + "\" is no URL: write http://HOST/PATH or https://HOST/PATH.");
  return {.name = "webhook", .url = given.url, .recipients = {}, .server = {}, .sender = {}, .command = {}};
}

proto::Observer email(const Given& given) {
  need("email", "recipient", !given.recipients.empty());
  need("email", "server", !given.server.empty());
  const Place place = is_one_line(given.server) ? place_of(mail_url(given.server)) : Place{};
  if (place.scheme != "smtp" && place.scheme != "smtps")
    fail("--observer-email-server: \"" + given.server + "\" is no mail server: write HOST:PORT, or smtps://HOST.");
  for (const std::string& recipient : given.recipients) {
    if (!is_address(recipient)) fail("--observer-email-recipient: \"" + recipient + "\" is no address: write name@example.org.");
  }
  if (!given.sender.empty() && !is_address(given.sender))
    fail("--observer-email-sender: \"" + given.sender + "\" is no address: write name@example.org.");
  return {.name = "email", .url = {}, .recipients = given.recipients, .server = given.server, .sender = given.sender, .command = {}};
}

proto::Observer command(const Given& given) {
  need("command", "line", !given.command.empty());
  return {.name = "command", .url = {}, .recipients = {}, .server = {}, .sender = {}, .command = given.command};
}

bool is_allowed(const Place& place, const AllowedHosts& allowed) {
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& one) {
    return ::strcasecmp(one.c_str(), place.host.c_str()) == 0 || ::strcasecmp(one.c_str(), (place.host + ":" + place.port).c_str()) == 0;
  });
}

}  // namespace

std::vector<proto::Observer> make_observers(const Given& given) {
  std::vector<proto::Observer> observers;
  for (const std::string& name : given.names) {
    if (name == "webhook") {
      observers.push_back(webhook(given));
    } else if (name == "email") {
      observers.push_back(email(given));
    } else if (name == "command") {
      observers.push_back(command(given));
    } else {
      fail("--observer: there is no observer \"" + name + "\": it is webhook, email or command." + did_you_mean(name, kNames));
    }
  }
  return observers;
}

std::string why_not(const proto::Observer& observer, bool anywhere, const AllowedHosts& allowed) {
  if (observer.name == "command")
    return "the broker runs no commands of consoles. Give it to the broker itself: loads-broker --observer command "
           "--observer-command-line ...";
  // What travels may come from anybody: it is looked at again.
  try {
    make_observers({{observer.name}, observer.url, observer.recipients, observer.server, observer.sender, observer.command});
  } catch (const Failure& failure) {
    return failure.what();
  }
  const Place place = place_of(observer.name == "email" ? mail_url(observer.server) : observer.url);
  if (anywhere || is_allowed(place, allowed)) return {};
  return "the broker does not go to " + place.host + ":" + place.port +
         " for a console. Who runs the broker may allow it: loads-broker --allow-observer " + place.host + ":" + place.port + ".";
}

}  // namespace loads::observer
