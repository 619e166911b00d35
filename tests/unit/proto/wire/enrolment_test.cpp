#include "proto/wire/enrolment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "proto/wire/key_file.h"
#include "wire_test.h"

namespace loads::wire {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Enrolment : public testing::Test {
 protected:
  template <typename Call>
  std::string refused(Call call) {
    const Refusal found = refusal(call);
    EXPECT_EQ(found.code, exit_code::usage) << found.message;
    EXPECT_EQ(found.id, "keys") << found.message;
    return found.message;
  }

  TemporaryFolder parent_;
  fs::path folder_ = parent_.path() / "keys";
};

TEST_F(Enrolment, TheBrokersKeyIsSecretAndReadBack) {
  const fs::path file = keygen(folder_);
  EXPECT_EQ(file, folder_ / "broker.key");
  EXPECT_EQ(mode_of(file), 0600u);
  EXPECT_EQ(mode_of(folder_), 0700u);
  const KeyPair keys = read_broker_key(file);
  EXPECT_TRUE(is_key(keys.public_key));
  EXPECT_TRUE(is_key(keys.secret_key));
  EXPECT_NE(keys.public_key, keys.secret_key);
}

TEST_F(Enrolment, WhoIsLetInMayBeReadByABrokerOfAnotherUser) {
  const mode_t umask = ::umask(077);
  keygen(folder_);
  enroll(folder_, Role::agent, "web-1");
  ::umask(umask);
  EXPECT_EQ(mode_of(folder_ / "authorised_keys.d"), 0755u);
  EXPECT_EQ(mode_of(folder_ / "authorised_keys.d/agents"), 0755u);
  EXPECT_EQ(mode_of(folder_ / "authorised_keys.d/agents/web-1.pub"), 0644u);
  EXPECT_EQ(mode_of(folder_ / "credentials"), 0700u);
}

TEST_F(Enrolment, TheBrokersKeyIsNeverReplaced) {
  const std::string before = content_of(keygen(folder_));
  EXPECT_THAT(refused([&] { keygen(folder_); }), HasSubstr("has its key already"));
  EXPECT_EQ(content_of(folder_ / "broker.key"), before);
}

TEST_F(Enrolment, ACredentialIsOneFileWithAllThatAPeerNeeds) {
  const KeyPair broker = read_broker_key(keygen(folder_));
  const fs::path file = enroll(folder_, Role::agent, "web-1");
  EXPECT_EQ(mode_of(file), 0600u);
  const Credential credential = read_credential(file);
  EXPECT_EQ(credential.role, Role::agent);
  EXPECT_EQ(credential.name, "web-1");
  EXPECT_EQ(credential.keys.broker_key, broker.public_key);
  EXPECT_EQ(content_of(folder_ / "authorised_keys.d/agents/web-1.pub"), credential.keys.own.public_key + "\n");
  EXPECT_EQ(mode_of(folder_ / "authorised_keys.d/agents/web-1.pub"), 0644u);
}

TEST_F(Enrolment, NeedsTheBrokersKey) {
  EXPECT_THAT(refused([&] { enroll(folder_, Role::agent, "web-1"); }), HasSubstr("loads-broker --keygen"));
  EXPECT_FALSE(fs::exists(folder_ / "authorised_keys.d"));
}

TEST_F(Enrolment, ANameBelongsToOnePeer) {
  keygen(folder_);
  enroll(folder_, Role::agent, "web-1");
  EXPECT_THAT(refused([&] { enroll(folder_, Role::runner, "web-1"); }), HasSubstr("web-1 is enrolled already, as agent"));
  revoke(folder_, "web-1");
  EXPECT_FALSE(fs::exists(folder_ / "authorised_keys.d/agents/web-1.pub"));
  EXPECT_FALSE(fs::exists(folder_ / "credentials/web-1.key"));
  enroll(folder_, Role::runner, "web-1");
}

TEST_F(Enrolment, RevokingNobodyIsAnError) {
  keygen(folder_);
  EXPECT_THAT(refused([&] { revoke(folder_, "web-1"); }), HasSubstr("nobody of the name web-1"));
}

TEST_F(Enrolment, NamesCannotLeaveTheFolder) {
  keygen(folder_);
  for (const char* name : {"", ".", "..", "../x", "a/b", ".hidden", "a b", "a\n", "\xc3\xa4"}) {
    EXPECT_THAT(refused([&] { enroll(folder_, Role::agent, name); }), HasSubstr("no name for a peer")) << name;
    EXPECT_THAT(refused([&] { revoke(folder_, name); }), HasSubstr("no name for a peer")) << name;
  }
  EXPECT_TRUE(is_peer_name(std::string(64, 'a')));
  EXPECT_FALSE(is_peer_name(std::string(65, 'a')));
  EXPECT_TRUE(is_peer_name("A-z_0.9"));
}

TEST_F(Enrolment, AKeyThatOthersMayReadIsRefused) {
  keygen(folder_);
  const fs::path file = enroll(folder_, Role::viewer, "wall");
  for (const mode_t mode : {0644, 0640, 0620, 0601}) {
    ::chmod(file.c_str(), mode);
    EXPECT_THAT(refused([&] { read_credential(file); }), HasSubstr("chmod 600 " + file.string()));
  }
  ::chmod(file.c_str(), 0644);
  EXPECT_THAT(refused([&] { read_credential(file); }), HasSubstr("mode 0644"));
  ::chmod(file.c_str(), 0400);
  EXPECT_EQ(read_credential(file).name, "wall");
}

TEST_F(Enrolment, DamagedFilesAreNamed) {
  keygen(folder_);
  const fs::path file = enroll(folder_, Role::agent, "web-1");
  const std::string whole = content_of(file);
  const auto with = [&](const std::string& text) {
    std::ofstream(file) << text;
    return refused([&] { read_credential(file); });
  };
  EXPECT_THAT(with(whole.substr(0, whole.size() - 12)), HasSubstr("the broker-key in " + file.string() + " is damaged"));
  EXPECT_THAT(with(whole.substr(0, whole.find("public-key"))), HasSubstr("lacks one public-key"));
  for (const char* other : {"garbage", "", "[loads]\nusers = 3\n"})
    EXPECT_THAT(with(other), HasSubstr(file.string() + " is not the key that is needed: it has no section [loads-credential]"));
  EXPECT_THAT(with(content_of(folder_ / "broker.key")), HasSubstr("[loads-credential]"));
  EXPECT_THAT(with(std::string(5000, '#')), HasSubstr("too large"));
  EXPECT_THAT(refused([&] { read_credential(folder_ / "missing.key"); }), HasSubstr("loads-broker --enroll agent NAME"));
  EXPECT_THAT(refused([&] { read_credential(folder_); }), HasSubstr("no file that could hold a key"));
}

TEST_F(Enrolment, NewFilesReplaceNone) {
  fs::create_directories(folder_);
  write_new_file(folder_ / "a", "first", 0600);
  const Refusal found = refusal([&] { write_new_file(folder_ / "a", "second", 0600); });
  EXPECT_EQ(found.code, exit_code::local_resource);
  EXPECT_THAT(found.message, HasSubstr("File exists"));
  EXPECT_EQ(content_of(folder_ / "a"), "first");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST(Keys, AreFortyLettersOfZ85) {
  const KeyPair keys = generate_keys();
  EXPECT_TRUE(is_key(keys.public_key));
  EXPECT_NE(keys.public_key, generate_keys().public_key);
  EXPECT_FALSE(is_key(keys.public_key.substr(1)));
  EXPECT_FALSE(is_key(keys.public_key + "0"));
  EXPECT_FALSE(is_key(std::string(40, '~')));
  EXPECT_EQ(key_text(std::string(32, '\0')), std::string(40, '0'));
  EXPECT_EQ(key_text("short"), "");
}

TEST(Keys, AreLookedForWhereTheyAreTold) {
  const TemporaryFolder etc;
  EXPECT_EQ(default_keys_folder({{"XDG_CONFIG_HOME", "/c"}, {"HOME", "/h"}}, true, etc.path()), "/c/loads");
  EXPECT_EQ(default_keys_folder({{"HOME", "/h"}}, false, etc.path()), "/h/.config/loads");
  fs::create_directory(etc.path() / "loads");
  EXPECT_EQ(default_keys_folder({{"HOME", "/h"}}, true, etc.path()), etc.path() / "loads");
  EXPECT_EQ(default_keys_folder({{"HOME", "/h"}}, false, etc.path()), "/h/.config/loads");
  EXPECT_EQ(refusal([&] { default_keys_folder({}, false, etc.path()); }).id, "keys");
}

TEST(Keys, OfAServiceComeFromItsCredentials) {
  const TemporaryFolder credentials;
  const Environment environment{{"CREDENTIALS_DIRECTORY", credentials.path().string()}};
  EXPECT_EQ(default_broker_key(environment, "/k"), "/k/broker.key");
  std::ofstream(credentials.path() / "broker.key") << "x";
  EXPECT_EQ(default_broker_key(environment, "/k"), credentials.path() / "broker.key");
}

}  // namespace
}  // namespace loads::wire
