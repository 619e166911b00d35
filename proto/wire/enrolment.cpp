#include "proto/wire/enrolment.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "common/failure.h"
#include "common/ini.h"
#include "proto/wire/key_file.h"

namespace loads::wire {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBrokerSection = "loads-broker-key";
constexpr const char* kPeerSection = "loads-credential";

[[noreturn]] void refuse(const std::string& message) { throw Failure(exit_code::usage, message, "keys"); }

fs::path credential_path(const fs::path& folder, const std::string& name) { return folder / "credentials" / (name + ".key"); }

fs::path public_path(const fs::path& folder, Role role, const std::string& name) {
  return authorised_folder(folder, role) / (name + ".pub");
}

void require_name(const std::string& name) {
  if (!is_peer_name(name))
    refuse("\"" + name + "\" is no name for a peer: take 1 to 64 of the letters A-Z a-z 0-9 . _ -, beginning with no dot");
}

void require_new(const fs::path& folder, const std::string& name) {
  for (const Role role : kEnrolledRoles) {
    if (fs::exists(public_path(folder, role, name))) {
      refuse(name + " is enrolled already, as " + std::string(role_name(role)) + ". Take another name, or first: loads-broker --revoke " +
             name);
    }
  }
  if (const auto file = credential_path(folder, name); fs::exists(file)) {
    refuse("there is a credential of " + name + " already, though it is not enrolled: " + file.string() +
           ". Remove it, or take another name");
  }
}

Ini parse_key_file(const fs::path& file, const std::string& section) {
  const std::string text = read_secret_file(file);
  try {
    Ini ini = Ini::parse(text, file.string());
    const auto sections = ini.sections();
    if (std::find(sections.begin(), sections.end(), section) != sections.end()) return ini;
  } catch (const Failure&) {  // what is wrong with which line of it helps nobody: it is another file, or half of one
  }
  refuse(file.string() + " is not the key that is needed: it has no section [" + section + "]. Copy the file again that loads-broker " +
         (section == kPeerSection ? "--enroll" : "--keygen") + " has made");
}

// One section of one key file, every value of which is there once.
class Fields {
 public:
  Fields(const fs::path& file, const char* section) : file_(file), section_(section), ini_(parse_key_file(file, section)) {}

  std::string text(const char* name) const {
    const Ini::Key* key = ini_.find(section_, name);
    if (key == nullptr || key->values.size() != 1) {
      refuse(file_.string() + " is no file of the kind [" + section_ + "]: it lacks one " + std::string(name));
    }
    return key->values.front();
  }

  std::string key(const char* name) const {
    const std::string value = text(name);
    if (!is_key(value)) refuse("the " + std::string(name) + " in " + file_.string() + " is damaged: it is no key. Copy the file again");
    return value;
  }

 private:
  fs::path file_;
  std::string section_;
  Ini ini_;
};

std::string credential_text(const Credential& credential) {
  const auto role = std::string(role_name(credential.role));
  return "# Loads: this file lets " + credential.name + " connect to the broker as " + role + ". Keep it secret; mode 0600.\n[" +
         kPeerSection + "]\nrole = " + role + "\nname = " + credential.name + "\npublic-key = " + credential.keys.own.public_key +
         "\nsecret-key = " + credential.keys.own.secret_key + "\nbroker-key = " + credential.keys.broker_key + "\n";
}

bool remove_file(const fs::path& path) {
  if (::unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  throw Failure(exit_code::local_resource, "cannot remove " + path.string() + ": " + std::generic_category().message(errno), "keys");
}

}  // namespace

bool is_peer_name(const std::string& name) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !name.empty() && name.size() <= 64 && name.front() != '.' && name.find_first_not_of(kLetters) == std::string::npos;
}

fs::path authorised_folder(const fs::path& folder, Role role) { return folder / "authorised_keys.d" / role_folder(role); }

fs::path keygen(const fs::path& folder) {
  const fs::path file = folder / "broker.key";
  if (fs::exists(file))
    refuse("the broker has its key already, which its peers know it by: " + file.string() + ". Remove it to make a new one");
  make_key_folder(folder, 0700);
  make_key_folder(folder / "authorised_keys.d", 0755);
  for (const Role role : kEnrolledRoles) make_key_folder(authorised_folder(folder, role), 0755);
  const KeyPair keys = generate_keys();
  write_new_file(file,
                 "# Loads: the broker's own key. Keep it secret; it never leaves this machine.\n[" + std::string(kBrokerSection) +
                     "]\npublic-key = " + keys.public_key + "\nsecret-key = " + keys.secret_key + "\n",
                 0600);
  return file;
}

KeyPair read_broker_key(const fs::path& file) {
  if (std::error_code error; !fs::exists(file, error))
    refuse("there is no broker's key in " + file.string() + ". Make one: loads-broker --keygen");
  const Fields fields(file, kBrokerSection);
  return {fields.key("public-key"), fields.key("secret-key")};
}

fs::path enroll(const fs::path& folder, Role role, const std::string& name) {
  require_name(name);
  require_new(folder, name);
  const KeyPair broker = read_broker_key(folder / "broker.key");
  const Credential credential{role, name, {generate_keys(), broker.public_key}};
  make_key_folder(folder / "credentials", 0700);
  make_key_folder(authorised_folder(folder, role), 0755);
  write_new_file(credential_path(folder, name), credential_text(credential), 0600);
  write_new_file(public_path(folder, role, name), credential.keys.own.public_key + "\n", 0644);  // last: it is what lets NAME in
  return credential_path(folder, name);
}

void revoke(const fs::path& folder, const std::string& name) {
  require_name(name);
  bool found = false;
  for (const Role role : kEnrolledRoles) found = remove_file(public_path(folder, role, name)) || found;
  found = remove_file(credential_path(folder, name)) || found;
  if (!found) refuse("nobody of the name " + name + " is enrolled in " + folder.string());
}

Credential read_credential(const fs::path& file) {
  if (std::error_code error; !fs::exists(file, error)) {
    refuse("there is no credential in " + file.string() +
           ". Make one on the broker's machine: loads-broker --enroll agent NAME, and copy it here");
  }
  const Fields fields(file, kPeerSection);
  const auto role = parse_enrolled_role(fields.text("role"));
  if (!role) refuse("the role in " + file.string() + " is none of agent, runner, viewer");
  const std::string name = fields.text("name");
  require_name(name);
  return {*role, name, {{fields.key("public-key"), fields.key("secret-key")}, fields.key("broker-key")}};
}

}  // namespace loads::wire
