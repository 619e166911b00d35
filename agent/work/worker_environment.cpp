#include "agent/work/worker_environment.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace loads::agent {
namespace {

constexpr std::array<std::string_view, 5> kPrefixes{"LOADS_", "LISTEN_", "WATCHDOG_", "CREDENTIALS_", "SSH_"};
constexpr std::array<std::string_view, 7> kOfTheService{"NOTIFY_SOCKET",           "STATE_DIRECTORY", "RUNTIME_DIRECTORY",
                                                        "CONFIGURATION_DIRECTORY", "CACHE_DIRECTORY", "LOGS_DIRECTORY",
                                                        "JOURNAL_STREAM"};
constexpr std::array<std::string_view, 6> kSecrets{"KEY", "SECRET", "TOKEN", "PASSW", "CREDENTIAL", "AUTH"};

std::string in_upper_case(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

}  // namespace

bool is_kept_from_tests(std::string_view name) {
  const std::string upper = in_upper_case(name);
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) { return upper.starts_with(prefix); }) ||
         std::find(kOfTheService.begin(), kOfTheService.end(), upper) != kOfTheService.end() ||
         std::any_of(kSecrets.begin(), kSecrets.end(), [&](std::string_view part) { return upper.find(part) != std::string::npos; });
}

std::vector<std::string> worker_environment(const std::vector<std::string>& own) {
  std::vector<std::string> kept;
  std::copy_if(own.begin(), own.end(), std::back_inserter(kept),
               [](std::string_view entry) { return !is_kept_from_tests(entry.substr(0, entry.find('='))); });
  return kept;
}

std::vector<std::string> own_environment() {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) entries.emplace_back(*entry);
  return entries;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace loads::agent
