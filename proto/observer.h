#pragma once

#include <string>
#include <vector>

#include "proto/values.h"

namespace loads::proto {

// Who is told of the end of a run, and how to reach it. Wire form: PROTOCOL.md.
struct Observer {
  std::string name{};                   // webhook, email or command
  std::string url;                      // of a webhook
  std::vector<std::string> recipients;  // of an email, as are server and sender
  std::string server;                   // "HOST[:PORT]", "smtp://..." or "smtps://..."
  std::string sender;                   // empty: loads@ this machine
  std::string command;                  // for a shell

  static void fields(auto& self, auto&& field) {
    field("name", self.name);
    field.optional("url", self.url);
    field.optional("recipients", self.recipients);
    field.optional("server", self.server);
    field.optional("sender", self.sender);
    field.optional("command", self.command);
  }
};

}  // namespace loads::proto
