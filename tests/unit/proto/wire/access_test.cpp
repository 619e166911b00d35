#include "proto/wire/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <zmq.h>

#include "proto/wire/enrolment.h"
#include "proto/wire/keys.h"
#include "proto/wire/zap.h"
#include "wire_test.h"

namespace loads::wire {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Access : public testing::Test {
 protected:
  Access() { keygen(folder_); }

  std::string enrolled_key(Role role, const std::string& name) { return read_credential(enroll(folder_, role, name)).keys.own.public_key; }

  void write_key(const std::string& file, const std::string& text) { std::ofstream(folder_ / "authorised_keys.d" / file) << text; }

  TemporaryFolder parent_;
  fs::path folder_ = parent_.path() / "keys";
};

TEST_F(Access, AKeysRoleIsItsFolder) {
  const std::string agent = enrolled_key(Role::agent, "web-1");
  const std::string viewer = enrolled_key(Role::viewer, "wall");
  AuthorisedKeys keys(folder_);
  EXPECT_EQ(keys.user_id_of(agent), "agent:web-1");
  EXPECT_EQ(keys.user_id_of(viewer), "viewer:wall");
  EXPECT_EQ(keys.role_of("agent:web-1"), Role::agent);
  EXPECT_EQ(keys.role_of("viewer:wall"), Role::viewer);
  EXPECT_EQ(keys.user_id_of(generate_keys().public_key), std::nullopt);
}

TEST_F(Access, ARoleCannotBeClaimed) {
  enrolled_key(Role::viewer, "wall");
  AuthorisedKeys keys(folder_);
  EXPECT_EQ(keys.role_of("runner:wall"), std::nullopt);
  EXPECT_EQ(keys.role_of("local:wall"), std::nullopt);
  EXPECT_EQ(keys.role_of("viewer"), std::nullopt);
  EXPECT_EQ(keys.role_of(""), Role::anyone_local);
}

TEST_F(Access, FollowsTheFolderAtOnce) {
  AuthorisedKeys keys(folder_);
  for (int i = 0; i < 20; ++i) {  // also when two changes come within a tick of the files' times
    const std::string name = "web-" + std::to_string(i);
    const std::string key = enrolled_key(Role::agent, name);
    EXPECT_EQ(keys.user_id_of(key), "agent:" + name);
    EXPECT_EQ(keys.role_of("agent:" + name), Role::agent);
    revoke(folder_, name);
    keys.refresh();
    EXPECT_EQ(keys.role_of("agent:" + name), std::nullopt);
    EXPECT_EQ(keys.user_id_of(key), std::nullopt);
  }
}

TEST_F(Access, ANewKeyOfANameIsNotTheOldOne) {
  enrolled_key(Role::agent, "web-1");
  AuthorisedKeys keys(folder_);
  EXPECT_EQ(keys.role_of("agent:web-1"), Role::agent);
  revoke(folder_, "web-1");
  const std::string second = enrolled_key(Role::agent, "web-1");
  keys.refresh();
  EXPECT_EQ(keys.role_of("agent:web-1"), std::nullopt);
  EXPECT_EQ(keys.user_id_of(second), "agent:web-1/2");
  EXPECT_EQ(keys.role_of("agent:web-1/2"), Role::agent);
}

TEST_F(Access, FilesThatHoldNoKeyAreSkipped) {
  const std::string key = enrolled_key(Role::agent, "web-1");
  write_key("agents/empty.pub", "");
  write_key("agents/garbage.pub", std::string(1000, '\xff'));
  write_key("agents/twice.pub", key + "\n");
  write_key("agents/a b.pub", generate_keys().public_key);
  write_key("agents/notes.txt", generate_keys().public_key);
  AuthorisedKeys keys(folder_);
  EXPECT_EQ(keys.role_of("agent:web-1"), std::nullopt) << "the first of two files with a key counts";
  EXPECT_EQ(keys.user_id_of(key), "agent:twice");
  EXPECT_EQ(keys.role_of("agent:empty"), std::nullopt);
  EXPECT_EQ(keys.role_of("agent:a b"), std::nullopt);
  EXPECT_EQ(keys.role_of("agent:notes"), std::nullopt);
}

TEST_F(Access, AFolderInWhichOthersMayEnrollThemselvesIsRefused) {
  const fs::path agents = authorised_folder(folder_, Role::agent);
  ::chmod(agents.c_str(), 0777);
  const Refusal found = refusal([&] { const AuthorisedKeys keys(folder_); });
  EXPECT_EQ(found.id, "keys");
  EXPECT_THAT(found.message, HasSubstr("chmod go-w " + agents.string()));
}

TEST_F(Access, AFolderThatIsNotThereLetsNobodyIn) {
  AuthorisedKeys keys(parent_.path() / "missing");
  EXPECT_EQ(keys.user_id_of(generate_keys().public_key), std::nullopt);
}

TEST(PeerName, IsWithoutRoleAndNumber) {
  EXPECT_EQ(peer_name("agent:web-1"), "web-1");
  EXPECT_EQ(peer_name("agent:web-1/2"), "web-1");
  EXPECT_EQ(peer_name(""), "");
}

TEST(KeysFor, TcpAreRequired) {
  const Refusal found = refusal([] { require_keys_for("tcp://127.0.0.1:7780", false, false); });
  EXPECT_EQ(found.code, exit_code::usage);
  EXPECT_EQ(found.id, "keys");
  EXPECT_THAT(found.message, HasSubstr("loads-broker --keygen"));
  EXPECT_THAT(found.message, HasSubstr("loads-broker --enroll agent NAME"));
  EXPECT_THAT(found.message, HasSubstr("--insecure-no-auth"));
  EXPECT_EQ(refusal([] { require_keys_for("tcp://127.0.0.1:7780", true, false); }).code, 0);
  EXPECT_EQ(refusal([] { require_keys_for("tcp://127.0.0.1:7780", false, true); }).code, 0);
  EXPECT_EQ(refusal([] { require_keys_for("ipc:///run/loads/backend.ipc", false, false); }).code, 0);
}

class ZapAnswers : public Access {
 protected:
  ZapAnswers() : key_(enrolled_key(Role::agent, "web-1")), keys_(folder_) {}

  std::vector<std::string> request(const std::string& domain, const std::string& key) const {
    std::string bytes(32, '\0');
    zmq_z85_decode(reinterpret_cast<std::uint8_t*>(bytes.data()), key.c_str());
    return {"1.0", "7", domain, "127.0.0.1", "", "CURVE", bytes};
  }
  std::string status(const std::vector<std::string>& parts) { return answer_zap(parts, keys_).at(2); }

  std::string key_;
  AuthorisedKeys keys_;
};

TEST_F(ZapAnswers, AnEnrolledKeyComesInByItsDoor) {
  EXPECT_EQ(answer_zap(request("backend", key_), keys_), (std::vector<std::string>{"1.0", "7", "200", "OK", "agent:web-1", ""}));
  EXPECT_EQ(status(request("frontend", key_)), "300");
  EXPECT_EQ(status(request("publisher", key_)), "300");
  EXPECT_EQ(status(request("", key_)), "300");
}

TEST_F(ZapAnswers, ConsolesHaveTwoDoors) {
  for (const Role role : {Role::runner, Role::viewer}) {
    const std::string key = enrolled_key(role, std::string(role_name(role)));
    EXPECT_EQ(status(request("frontend", key)), "200");
    EXPECT_EQ(status(request("publisher", key)), "200");
    EXPECT_EQ(status(request("backend", key)), "300");
  }
}

TEST_F(ZapAnswers, LocalPeersNeedNoKeyAndHaveNoName) {
  EXPECT_EQ(answer_zap({"1.0", "7", "local", "", "", "NULL"}, keys_).at(2), "200");
  EXPECT_EQ(answer_zap({"1.0", "7", "local", "", "", "NULL"}, keys_).at(4), "");
  EXPECT_EQ(status({"1.0", "7", "backend", "", "", "NULL"}), "400");
  EXPECT_EQ(status(request("local", key_)), "300");
}

TEST_F(ZapAnswers, WhatIsNoRequestIsAnsweredToo) {
  const auto good = request("backend", key_);
  EXPECT_EQ(status({}), "500");
  EXPECT_EQ(status({"1.0"}), "500");
  auto wrong = good;
  wrong.push_back("surplus");
  EXPECT_EQ(status(wrong), "500");
  wrong = good;
  wrong[0] = "2.0";
  EXPECT_EQ(status(wrong), "500");
  for (const char* mechanism : {"NULL", "PLAIN", "", "curve"}) {
    wrong = good;
    wrong[5] = mechanism;
    EXPECT_EQ(status(wrong), "400") << mechanism;
  }
  for (const auto& credential : {std::string(), std::string(31, 'x'), std::string(33, 'x'), std::string(1000, '\0')}) {
    wrong = good;
    wrong[6] = credential;
    EXPECT_EQ(status(wrong), "300");
  }
}

}  // namespace
}  // namespace loads::wire
