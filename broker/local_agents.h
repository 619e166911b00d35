#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <vector>

#include "proto/wire/endpoints.h"

namespace loads::broker {

// --local-agents: agents on this machine, started with the broker and ended with it. When the broker is killed they live on, so that its
// runs do, for as long as they wait for a broker; the next broker finds them and starts only those that are missing.
class LocalAgents {
 public:
  // `state`: where their process ids are kept. Throws loads::Failure when there is no loads-agent beside this executable.
  LocalAgents(std::uint32_t count, const wire::Endpoints& endpoints, const std::filesystem::path& state);
  ~LocalAgents();  // asks them to end
  LocalAgents(const LocalAgents&) = delete;
  LocalAgents& operator=(const LocalAgents&) = delete;

 private:
  void keep_list() const;
  void ask_to_end() const;

  std::vector<pid_t> agents_;
  std::filesystem::path list_;
};

}  // namespace loads::broker
