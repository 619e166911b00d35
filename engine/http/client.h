#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <loads/error.h>
#include <loads/request_options.h>

#include "common/metrics/recorder.h"
#include "common/target_rules.h"
#include "engine/dns/resolver.h"
#include "engine/fiber/loop.h"
#include "engine/http/connection.h"
#include "engine/http/connection_policy.h"
#include "engine/http/file_cache.h"
#include "engine/http/host_slots.h"
#include "engine/http/multiplexed.h"
#include "engine/http/receiver.h"
#include "engine/http/request.h"
#include "engine/http/target.h"
#include "engine/http/trace.h"
#include "engine/message/answer.h"
#include "engine/message/last_answer.h"
#include "engine/net/connector.h"

namespace loads::http {

class BodyStream;
struct Accounts;
struct Exchange;
using message::AnswerHandle;
using message::AnswerPool;
using net::Trouble;

struct ClientSettings {
  Pairs headers;  // of every request
  fiber::Duration timeout = std::chrono::seconds(60);
  fiber::Duration connect_timeout = std::chrono::seconds(10);
  TraceLevel trace = TraceLevel::off;
  std::shared_ptr<const TargetRules> target_rules;  // where connections may lead; null: anywhere
  net::Options net;                                 // how they are made
  std::vector<dns::Address> local_addresses;        // where they come from, one user after another; empty: the system chooses
  ConnectionPolicy connections = ConnectionPolicy::per_user;
  std::uint32_t agent = 0;  // which of the run's agents this is
};

// What the clients of one thread share. Outlives them, and the resolver's answers to them.
class ClientContext {
 public:
  ClientContext(fiber::Loop& loop, dns::Resolver& resolver, metrics::Recorder& recorder, ClientSettings settings);

  const std::uint64_t id;  // no other of the process has or had
  fiber::Loop& loop;
  dns::Resolver& resolver;
  metrics::Recorder& recorder;
  const ClientSettings settings;
  AnswerPool answers;
  FileCache files;  // that requests name
  net::EndpointCache endpoints;
  TargetCache targets;
  IdleConnections shared_connections;  // those of ConnectionPolicy::shared
  MultiplexedConnections shared_multiplexed;
  http2::Head head;  // of the request that is being handed over
  Scratch scratch() { return {scratch_.get(), kScratchSize}; }

 private:
  static constexpr std::size_t kScratchSize = 128 * 1024;
  std::unique_ptr<char[]> scratch_;
};

// The HTTP client of one virtual user: its connections, kept open between requests, and its headers. Every request is recorded, with or
// without an answer. Several fibers of the user may make requests at once.
class Client {
 public:
  // `user` is the index of the virtual user: it says which of the local addresses is its own, and whose exemplars are whose.
  explicit Client(ClientContext& context, std::uint32_t user = 0);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Suspends the running fiber until the answer is there; the caller owns one reference to it. Throws RequestFailed's children when there
  // is none, and Cancelled.
  Answer* request(const Request& request);

  // The same for a test's options, which may be null: all that they say of a single request.
  Answer* request(std::string_view method, std::string_view base, std::string_view url, const RequestOptions* options);

  // One of several requests, and what has become of it.
  struct Attempt {
    Request request;
    bool made = false;
    AnswerHandle answer{};
    std::exception_ptr error{};  // that request() would have thrown
  };

  // Makes those of the requests at once that can share a connection which is open (HTTP/2), and leaves the others alone. Suspends until all
  // have ended. Throws Cancelled.
  void request_together(std::span<Attempt> attempts);

  // What is known of the request beforehand. Throws InvalidRequest.
  TargetPointer find_target(const Request& request);

  // Records a request that cannot be made at all.
  void refuse(const Request& request, const InvalidRequest& why);

  // Records what is wrong with answers that were recorded already, under the name of their request.
  void report(std::string_view name, const Trouble& trouble);

  // Keeps the exchange that was answered last as an exemplar of those that the test finds fault with: `message` says why, and `location`
  // where; may be empty. Does nothing when there is none, when its answer is no more, and when its like is known.
  void find_fault_with_last(std::string_view message, std::string_view location);
  void forget_last() { last_.forget(); }

  // The time in which several fibers make requests at once, so that those to one server wait for each other where each takes a connection.
  class Batch {
   public:
    explicit Batch(Client& client) : client_(client) { ++client_.batches_; }
    ~Batch() { --client_.batches_; }
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

   private:
    Client& client_;
  };

  // The next request was to be made so long ago, and so was each of those that are made at once with it: before one of them has ended.
  void begin_late(fiber::Duration delay) { delay_ = delay; }

  void set_header(std::string_view name, std::string_view value);
  void close_connections();

  // How its connections are made from now on, where a request does not say it. May be changed.
  const net::Options& way() const { return own_way_ ? *own_way_ : context_.endpoints.defaults(); }
  void set_way(net::Options way);

  // For answers that are read after request() has returned.
  ClientContext& context() { return context_; }
  void record(Accounts& accounts, const Trouble& trouble, std::unique_ptr<metrics::Exemplar> exemplar);
  void begin_stream(BodyStream& stream) { streams_.push_back(&stream); }
  void end_stream(BodyStream& stream) { std::erase(streams_, &stream); }
  void keep(std::unique_ptr<Connection> connection) {  // for the next request
    if (context_.settings.connections != ConnectionPolicy::per_request) idle().keep(std::move(connection));
  }

 private:
  struct Together;

  bool begin_together(Together& one);
  void end_together(Together& one);
  Trouble wait_together(Together& one);
  void conclude_together(Together& one, const Trouble& trouble);
  void write_request(Exchange& exchange);
  void prepare(Exchange& exchange);
  Trouble run(Exchange& exchange);
  enum class Retry : std::uint8_t { no, once, anew };
  Trouble run_once(Exchange& exchange, Retry& retry);
  Trouble find_multiplexed(const net::Endpoint& endpoint, std::shared_ptr<Connection>& connection);
  Trouble open(Exchange& exchange, std::unique_ptr<Connection>& alone, std::shared_ptr<Connection>& multiplexed);
  void begin_anew(Exchange& exchange);
  void begin_connecting(Exchange& exchange);
  void begin_waits(Exchange& exchange);
  void put_off(Exchange& exchange, fiber::Duration time);
  Trouble connect(Exchange& exchange, Connection& connection);
  Trouble agree_on_version(Connection& connection);
  Trouble send_and_receive(Exchange& exchange, std::unique_ptr<Connection>& connection, fiber::TimePoint begin);
  Trouble send_request(Exchange& exchange, Connection& connection, fiber::TimePoint begin, fiber::TimePoint& sent_at, bool& whole);
  Trouble receive_head(Exchange& exchange, std::unique_ptr<Connection>& connection, fiber::TimePoint sent_at);
  Trouble exchange_multiplexed(Exchange& exchange, Connection& connection, fiber::TimePoint begin, bool kept, Retry& retry);
  fiber::IoResult send_in_pieces(const Exchange& exchange, Connection& connection);
  fiber::IoResult send_pieces(BodySource& source, Connection& connection);
  http2::Request hand_over(Exchange& exchange);
  Trouble conclude(Exchange& exchange, const Connection& connection, const http2::Outcome& outcome, fiber::TimePoint begin, bool kept,
                   Retry& retry);
  void complete(Exchange& exchange, const Connection& connection, fiber::TimePoint sent, fiber::TimePoint first_byte,
                fiber::TimePoint last_byte);
  void keep_last(Exchange& exchange);
  void keep_text(Exchange& exchange);
  void record(Exchange& exchange, const Trouble& trouble);
  void fail(Accounts& accounts, const Trouble& trouble);
  void describe(Exchange& exchange, const std::string& address) const;
  void keep(const Accounts& accounts, const std::string& trouble, metrics::Exemplar&& exemplar);  // if it is one
  void keep(const Accounts& accounts, metrics::Exemplar&& exemplar);
  IdleConnections& idle() { return context_.settings.connections == ConnectionPolicy::shared ? context_.shared_connections : idle_; }
  MultiplexedConnections& multiplexed() {
    return context_.settings.connections == ConnectionPolicy::shared ? context_.shared_multiplexed : multiplexed_;
  }
  TargetPointer find_target(const Request& request, net::EndpointCache::OptionsId way);
  net::EndpointCache::OptionsId way_of(const RequestOptions& options);
  void hand_upgraded(const Exchange& exchange, std::unique_ptr<Connection> connection);
  void settle(Accounts& accounts);
  void try_again(Exchange& exchange);

  ClientContext& context_;
  const std::uint32_t user_;
  fiber::Duration delay_{};  // of what is requested next
  net::Connector connector_;
  IdleConnections idle_;
  MultiplexedConnections multiplexed_;
  HostSlots slots_;
  std::vector<BodyStream*> streams_;  // those that are not at their end
  unsigned batches_ = 0;
  std::unique_ptr<const net::Options> own_way_;  // null: the settings'
  net::EndpointCache::OptionsId own_way_id_ = 0;
  Pairs headers_;
  bool own_headers_ = false;  // headers_ are no longer those of the settings
  std::string text_;          // of the last request, if it was not its target's plain one; memory for that of the next
  message::LastAnswer last_;

  TargetPointer last_target_;  // what was requested last is mostly what is requested next
  std::string last_method_;
  std::string last_base_;
  std::string last_url_;
  net::EndpointCache::OptionsId last_way_ = 0;
};

}  // namespace loads::http
