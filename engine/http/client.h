#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <loads/request_options.h>

#include "common/metrics/recorder.h"
#include "common/target_rules.h"
#include "engine/dns/resolver.h"
#include "engine/fiber/loop.h"
#include "engine/http/answer.h"
#include "engine/http/connection.h"
#include "engine/http/connection_policy.h"
#include "engine/http/file_cache.h"
#include "engine/http/receiver.h"
#include "engine/http/target.h"
#include "engine/http/trace.h"
#include "engine/net/connector.h"

namespace loads::http {

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
};

// What the clients of one thread share. Outlives them, and the resolver's answers to them.
class ClientContext {
 public:
  ClientContext(fiber::Loop& loop, dns::Resolver& resolver, metrics::Recorder& recorder, ClientSettings settings);

  fiber::Loop& loop;
  dns::Resolver& resolver;
  metrics::Recorder& recorder;
  const ClientSettings settings;
  AnswerPool answers;
  FileCache files;  // that requests name
  net::EndpointCache endpoints;
  TargetCache targets;
  IdleConnections shared_connections;  // those of ConnectionPolicy::shared
  Scratch scratch() { return {scratch_.get(), kScratchSize}; }

 private:
  static constexpr std::size_t kScratchSize = 128 * 1024;
  std::unique_ptr<char[]> scratch_;
};

// The HTTP client of one virtual user: its connections, kept open between requests, and its headers. Every request is recorded, with or
// without an answer.
class Client {
 public:
  // `user` is the index of the virtual user: it says which of the local addresses is its own.
  explicit Client(ClientContext& context, std::uint32_t user = 0);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Suspends the running fiber until the answer is there; the caller owns one reference to it. Throws RequestFailed's children when there
  // is none, and Cancelled. `base` is what a relative URL is resolved against. No options: null.
  Answer* request(std::string_view method, std::string_view base, std::string_view url, const RequestOptions* options);

  // The same with GET and the headers of an upgrade (RFC 9110, 7.8) among the options, always on a connection of its own. When the answer's
  // status is 101 the connection is handed over, as `stream`, and what has come behind the answer is its body.
  struct Upgrade {
    Answer* answer = nullptr;  // the caller owns one reference to it
    std::shared_ptr<net::Stream> stream;
    std::string peer;  // "127.0.0.1:9200"
    std::string name;  // of the request
  };
  Upgrade upgrade(std::string_view base, std::string_view url, const RequestOptions& options);

  void set_header(std::string_view name, std::string_view value);
  void close_connections() { idle_.close_all(); }

  // How its connections are made from now on, where a request does not say it. May be changed.
  const net::Options& way() const { return own_way_ ? *own_way_ : context_.endpoints.defaults(); }
  void set_way(net::Options way);

 private:
  struct Exchange;

  Answer* perform(Exchange& exchange, std::string_view base, std::string_view url);
  const Target& find_target(std::string_view method, std::string_view base, std::string_view url, const RequestOptions* options);
  std::string_view request_text(const Target& target, std::string_view method, const RequestOptions* options);
  void prepare(Exchange& exchange, std::string_view base, std::string_view url);
  Trouble run(Exchange& exchange);
  Trouble run_once(Exchange& exchange, bool& retry);
  Trouble send_and_receive(Exchange& exchange, Connection& connection, fiber::TimePoint begin);
  Trouble open(Exchange& exchange, Connection& connection);
  static void hand_over(std::unique_ptr<Connection> connection, Upgrade& upgrade);
  IdleConnections& idle() { return context_.settings.connections == ConnectionPolicy::shared ? context_.shared_connections : idle_; }
  net::EndpointCache::OptionsId way_of(const RequestOptions* options);
  void record(Exchange& exchange, const Trouble& trouble);
  void settle(Exchange& exchange);

  ClientContext& context_;
  net::Connector connector_;
  IdleConnections idle_;
  std::unique_ptr<const net::Options> own_way_;  // null: the settings'
  net::EndpointCache::OptionsId own_way_id_ = 0;
  Pairs headers_;
  bool own_headers_ = false;  // headers_ are no longer those of the settings
  std::string text_;          // of the request under way, when it is not the target's plain one

  TargetPointer last_target_;  // what was requested last is mostly what is requested next
  std::string last_method_;
  std::string last_base_;
  std::string last_url_;
  net::EndpointCache::OptionsId last_way_ = 0;
};

}  // namespace loads::http
