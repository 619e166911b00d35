#pragma once

#include <string>
#include <vector>

#include "proto/observer.h"

namespace loads::observer {

// What a command line or a file says of observers: names, and what each of them needs.
struct Given {
  std::vector<std::string> names;  // --observer
  std::string url;                 // --observer-webhook-url
  std::vector<std::string> recipients;
  std::string server;
  std::string sender;
  std::string command;
};

// With the options of each, or a Failure(usage) that says what is missing or makes no sense.
std::vector<proto::Observer> make_observers(const Given& given);

// Which hosts a broker goes to when somebody else's console names them: "HOST" or "HOST:PORT" each, in any case of letters.
using AllowedHosts = std::vector<std::string>;

// Why a broker does not take `observer` from a console; empty: it does. A command is the broker's own in any case: whoever may order a run
// does not get a shell on the broker's machine. `anywhere`: the console is of the broker's own machine and user.
std::string why_not(const proto::Observer& observer, bool anywhere, const AllowedHosts& allowed);

}  // namespace loads::observer
