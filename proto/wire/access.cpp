#include "proto/wire/access.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <vector>

#include "common/descriptor.h"
#include "common/failure.h"
#include "common/log.h"
#include "proto/wire/endpoints.h"
#include "proto/wire/enrolment.h"
#include "proto/wire/keys.h"

namespace loads::wire {
namespace {

namespace fs = std::filesystem;
using std::chrono::nanoseconds;

constexpr nanoseconds kMissing{-1};
constexpr std::chrono::milliseconds kTickOfFileTimes{20};  // two changes within one leave the same time; the kernel's is 1 to 10 ms
constexpr std::chrono::seconds kRetry{1};

nanoseconds as_duration(const timespec& time) { return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec); }

nanoseconds wall_now() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return as_duration(now);
}

nanoseconds change_time(const fs::path& folder) {
  struct stat status {};
  return ::stat(folder.c_str(), &status) == 0 ? as_duration(status.st_mtim) : kMissing;
}

void require_unwritable_for_others(const fs::path& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return;
  throw Failure(exit_code::usage,
                "others may write to " + folder.string() + ", so they could enroll themselves: chmod go-w " + folder.string(), "keys");
}

// Its first line; nothing when that is no key.
std::optional<std::string> read_public_key(const fs::path& file) {
  const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  char text[256];
  const ssize_t got = opened.is_open() ? ::read(opened.get(), text, sizeof text) : -1;
  if (got <= 0) return std::nullopt;
  const std::string_view content(text, static_cast<std::size_t>(got));
  const auto line = content.substr(0, content.find_first_of("\r\n"));
  return is_key(line) ? std::optional<std::string>(line) : std::nullopt;
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  for (const fs::directory_iterator end; !error && entries != end; entries.increment(error)) files.push_back(entries->path());
  std::sort(files.begin(), files.end());  // of two files with one key always the same one counts
  return files;
}

}  // namespace

AuthorisedKeys::AuthorisedKeys(fs::path folder) : folder_(std::move(folder)) {
  require_unwritable_for_others(folder_);
  require_unwritable_for_others(folder_ / "authorised_keys.d");
  for (const Role role : kEnrolledRoles) require_unwritable_for_others(authorised_folder(folder_, role));
  refresh();
}

std::optional<std::string> AuthorisedKeys::user_id_of(std::string_view public_key) {
  refresh();
  const auto found = user_of_key_.find(public_key);
  return found == user_of_key_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Role> AuthorisedKeys::role_of(std::string_view user_id) {
  if (user_id.empty()) return Role::anyone_local;
  const auto found = role_of_user_.find(user_id);
  return found == role_of_user_.end() ? std::nullopt : std::optional(found->second);
}

AuthorisedKeys::Stamp AuthorisedKeys::stamp() const {
  Stamp now{};
  for (std::size_t i = 0; i < now.size(); ++i) now[i] = change_time(authorised_folder(folder_, kEnrolledRoles[i]));
  return now;
}

bool AuthorisedKeys::may_have_changed(const Stamp& now) const {
  if (!settled_ || now != stamp_) return true;
  return skipped_ && std::chrono::steady_clock::now() - read_at_ > kRetry;
}

void AuthorisedKeys::refresh() {
  const Stamp now = stamp();
  if (!may_have_changed(now)) return;
  stamp_ = now;
  const nanoseconds age = wall_now() - *std::max_element(now.begin(), now.end());
  settled_ = age > kTickOfFileTimes || age < nanoseconds(0);  // a clock that was set back must not mean reading them for ever
  read_at_ = std::chrono::steady_clock::now();
  skipped_ = false;
  user_of_key_.clear();
  role_of_user_.clear();
  for (const Role role : kEnrolledRoles) read_role(role);
}

void AuthorisedKeys::read_role(Role role) {
  for (const auto& file : files_of(authorised_folder(folder_, role))) {
    if (file.extension() == ".pub" && is_peer_name(file.stem().string())) read_key(role, file);
  }
}

void AuthorisedKeys::read_key(Role role, const fs::path& file) {
  const auto key = read_public_key(file);
  if (!key) return skip(file, "it holds no key");
  if (const auto other = user_of_key_.find(*key); other != user_of_key_.end()) return skip(file, "it holds the key of " + other->second);
  const std::string user = user_id(role, file.stem().string(), *key);
  user_of_key_.emplace(*key, user);
  role_of_user_.emplace(user, role);
}

void AuthorisedKeys::skip(const fs::path& file, const std::string& why) {
  skipped_ = true;
  if (warned_.insert(file.string()).second) log::warn("ignoring " + file.string() + ": " + why);
}

std::string AuthorisedKeys::user_id(Role role, const std::string& name, const std::string& key) {
  const std::string user = std::string(role_name(role)) + ":" + name;
  History& history = history_[user];
  if (history.key != key) history = {key, history.keys + 1};
  return history.keys == 1 ? user : user + "/" + std::to_string(history.keys);
}

std::string_view peer_name(std::string_view user_id) {
  const auto colon = user_id.find(':');
  if (colon == std::string_view::npos) return {};
  const auto name = user_id.substr(colon + 1);
  return name.substr(0, name.find('/'));
}

void require_keys_for(const std::string& endpoint, bool have_keys, bool insecure) {
  if (!is_tcp(endpoint) || have_keys || insecure) return;
  throw Failure(
      exit_code::usage,
      "refusing to listen on " + endpoint +
          " without keys: whoever reaches it could start load. Make the broker's key and one for each peer:\n  loads-broker --keygen\n"
          "  loads-broker --enroll agent NAME\nor, on a network of your own, let everybody in with --insecure-no-auth",
      "keys");
}

}  // namespace loads::wire
