#include "agent/service/own_identity.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <thread>

#include "common/replace_file.h"
#include "proto/agent_folder.h"

namespace loads::agent {
namespace {

std::uint64_t random_number() {
  std::random_device random;
  return static_cast<std::uint64_t>(random()) << 32U | random();
}

std::string random_id() {
  std::string id;
  for (int i = 0; i < 2; ++i) {
    std::uint64_t bits = random_number();
    for (int digit = 0; digit < 16; ++digit, bits /= 16) id += "0123456789abcdef"[bits % 16];
  }
  return id;
}

bool is_id(const std::string& text) { return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos; }

}  // namespace

Identity own_identity(const std::filesystem::path& state) {
  Identity identity;
  const auto file = state / proto::agent_folder::kIdentity;
  std::ifstream(file) >> identity.agent >> identity.incarnation;
  if (!is_id(identity.agent)) identity.agent = random_id();
  ++identity.incarnation;
  replace_file(file, identity.agent + " " + std::to_string(identity.incarnation) + "\n");
  identity.session = random_number();
  utsname system{};
  ::uname(&system);
  identity.name = std::string(system.nodename) + "/" + std::to_string(::getpid());
  identity.machine = system.machine;
  identity.module_abi = "1";
  identity.cores = std::max(1U, std::thread::hardware_concurrency());
  return identity;
}

}  // namespace loads::agent
