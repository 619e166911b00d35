#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/http/trace.h"
#include "engine/session/settings.h"
#include "engine/user/connection_settings.h"
#include "engine/user/host.h"
#include "engine/user/part.h"

namespace loads {
class BlackBox;
class TargetRules;
}  // namespace loads

namespace loads::user {

using http::TraceLevel;

// What a run is told, beside its plan.
struct Settings {
  std::uint32_t threads = 0;                                    // 0: as many as there are cores
  std::string server_url;                                       // root of relative URLs; empty: the test's own default
  std::vector<std::pair<std::string, std::string>> headers;     // sent with every request
  std::chrono::nanoseconds timeout = std::chrono::seconds(60);  // of a whole request
  std::chrono::nanoseconds connect_timeout = std::chrono::seconds(10);
  session::ConversationSettings session;                             // what follows from an answer
  std::chrono::nanoseconds stop_timeout = std::chrono::seconds(10);  // what still runs so long after the end of a step's duration is cut
  bool resolve_once = true;                                          // false: --no-dns-resolve, a name is looked up for every connection
  std::uint64_t seed = 0;                                            // of the users' random generators
  TraceLevel trace = TraceLevel::off;                                // to stderr
  std::vector<std::pair<std::string, std::string>> variables;        // -e NAME=VALUE, read by tests through user().variable()
  bool patching = true;                                              // the library of the tests' language is made to wait as they do
  std::uint32_t agent_index = 0;                                     // which of the plan's agents this is; 0 in a local run
  std::uint32_t agents = 1;                                          // of the plan; set by Share, as the next is
  std::uint32_t most_users = 1;                                      // of this agent in any step
  ConnectionSettings connections;                                    // how they are made
  std::shared_ptr<const TargetRules> target_rules;                   // where connections may lead; null: anywhere
  Part part;                                                         // of the share's users
  std::shared_ptr<Host> host;                                        // where its threads run; null: on threads of its own
  std::shared_ptr<BlackBox> black_box;  // where the threads count, a slot for each; null: in memory of their own
};

}  // namespace loads::user
