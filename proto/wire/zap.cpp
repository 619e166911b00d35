#include "proto/wire/zap.h"

#include <zmq.hpp>

#include "common/failure.h"
#include "proto/wire/keys.h"
#include "proto/wire/socket_options.h"

namespace loads::wire {
namespace {

constexpr const char* kEndpoint = "inproc://zeromq.zap.01";
constexpr const char* kVersion = "1.0";
constexpr std::size_t kAnswersAtOnce = 256;
constexpr std::size_t kMostParts = 16;  // kept of a request, which has six or seven

// A temporary refusal: the peer tries again, and gets in when it is enrolled. After a 400 ZeroMQ's peer gives up for good, silently, so
// that a keys folder that was away for a moment would cost every agent.
constexpr const char* kNotYet = "300";

// The places of a request's parts.
enum Part : std::size_t { version, request_id, domain, address, identity, mechanism, credential, parts };

struct Verdict {
  const char* status;
  const char* text;
  std::string user_id = {};
};

bool may_enter(Role role, const std::string& domain_asked) {
  if (role == Role::agent) return domain_asked == domain_of(Door::backend);
  return domain_asked == domain_of(Door::frontend) || domain_asked == domain_of(Door::publisher);
}

Verdict judge(const std::vector<std::string>& request, AuthorisedKeys& keys) {
  if (request.size() <= Part::mechanism) return {"500", "a request has six parts, and those of the credential"};
  if (request[Part::version] != kVersion) return {"500", "unknown version"};
  if (request[Part::mechanism] == "NULL" && request[Part::domain] == kLocalDomain) return {"200", "OK"};
  if (request[Part::mechanism] != "CURVE") return {"400", "keys are needed"};
  if (request.size() != Part::parts) return {"500", "a key is one part"};
  const auto user = keys.user_id_of(key_text(request[Part::credential]));
  if (!user) return {kNotYet, "this key is not enrolled"};
  const auto role = keys.role_of(*user);
  if (!role || !may_enter(*role, request[Part::domain])) return {kNotYet, "this key is enrolled for another door"};
  return {"200", "OK", *user};
}

// All parts of the next request; empty: there is none.
std::vector<std::string> receive_request(zmq::socket_t& socket) {
  std::vector<std::string> request;
  zmq::message_t part;
  do {
    if (zmq_msg_recv(part.handle(), socket.handle(), ZMQ_DONTWAIT) < 0) return {};
    if (request.size() < kMostParts) request.emplace_back(part.data<char>(), part.size());
  } while (part.more());
  return request;
}

}  // namespace

std::vector<std::string> answer_zap(const std::vector<std::string>& request, AuthorisedKeys& keys) {
  const Verdict verdict = judge(request, keys);
  const std::string id = request.size() > Part::request_id ? request[Part::request_id] : std::string();
  return {kVersion, id, verdict.status, verdict.text, verdict.user_id, {}};
}

Zap::Zap(Context& context, AuthorisedKeys& keys)
    : keys_(keys), socket_(std::make_unique<zmq::socket_t>(context.handle(), zmq::socket_type::rep)) {
  socket_->set(zmq::sockopt::linger, 0);
  try {
    socket_->bind(kEndpoint);
  } catch (const zmq::error_t& error) {
    throw Failure(exit_code::internal, std::string("cannot answer for keys: ") + error.what(), "internal");
  }
}

Zap::~Zap() = default;

std::size_t Zap::serve() {
  std::size_t served = 0;
  while (served < kAnswersAtOnce && answer_next()) ++served;
  return served;
}

bool Zap::answer_next() {
  const auto request = receive_request(*socket_);
  if (request.empty()) return false;
  const auto answer = answer_zap(request, keys_);
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const int more = i + 1 < answer.size() ? ZMQ_SNDMORE : 0;
    if (zmq_send(socket_->handle(), answer[i].data(), answer[i].size(), more | ZMQ_DONTWAIT) < 0) break;
  }
  return true;
}

}  // namespace loads::wire
