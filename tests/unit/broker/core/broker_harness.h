#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unit/broker/core/recorded_outside.h"

namespace loads::broker {

using namespace std::chrono_literals;
using proto::RunState;

// A broker with two agents, a1 and a2, and a console, c.
class BrokerTest : public testing::Test {
 protected:
  BrokerTest() {
    come("a1");
    come("a2");
  }

  Now now() const { return {time_, proto::WallTime(std::chrono::hours(1000) + time_)}; }

  void come(const std::string& route, std::uint64_t incarnation = 1, std::vector<proto::HeldLease> held = {}) {
    proto::Hello hello;
    hello.agent = std::string(31, 'a') + route.substr(0, 2).back();
    hello.minor = minor_;
    hello.incarnation = incarnation;
    hello.session = incarnation;
    hello.name = "host/" + route;
    hello.machine = "x86_64";
    hello.leases = std::move(held);
    agent(route, hello);
  }

  void agent(const std::string& route, const proto::FromAgent& message) {
    broker_->on_agent(route, message, proto::encode(message), outside_.time = now());
  }
  void console(const proto::FromConsole& message) { broker_->on_console("c", message, outside_.time = now()); }

  void pass(proto::Nanoseconds time) {
    for (const auto end = time_ + time; time_ < end;) {
      time_ += 100ms;
      for (const std::string& route : beating_) agent(route, proto::Beat{});
      broker_->committed(now());
      broker_->tick(outside_.time = now());
    }
  }

  proto::Submit order(std::uint32_t agents) {
    proto::Submit submit;
    submit.request = 1;
    submit.nonce = "nonce" + std::to_string(++nonce_);
    submit.order.plan.test = "http://localhost/";
    submit.order.plan.steps.push_back({10, 5, {}});
    submit.order.plan.agents = agents;
    submit.order.test.url = "http://localhost/";
    submit.order.settings.stop_timeout = 2s;
    return submit;
  }

  // Submits, and says at both agents that they are ready.
  std::string begin() {
    console(order(2));
    const std::string run = outside_.told<proto::Submitted>("c")->run;
    agent("a1", proto::Prepared{run, 1, 0, "", ""});
    agent("a2", proto::Prepared{run, 2, 0, "", ""});
    return run;
  }

  void report(const std::string& route, const std::string& run, proto::Lease lease, std::uint64_t seq, std::uint64_t answers,
              std::uint64_t all_answers, std::optional<proto::ShareEnd> end = {}) {
    proto::Batch batch;
    batch.run = run;
    batch.lease = lease;
    batch.seq = seq;
    metrics::Slice slice;
    slice.requests["GET /"].answered = answers;
    batch.slices.push_back(slice);
    batch.tally.answered = all_answers;
    if (end) batch.result = proto::ShareResult{*end, "", 0, {}};
    agent(route, batch);
  }

  void restart_broker() {
    broker_ = std::make_unique<Broker>(Identity{"cluster", 2, 1, ""}, outside_);
    for (const auto& [run, record] : std::map(outside_.records)) {
      if (!proto::is_over(record.state)) broker_->restore(record, now());
    }
    outside_.forget();
  }

  RunState state(const std::string& run) { return outside_.records.at(run).state; }

  RecordedOutside outside_;
  std::unique_ptr<Broker> broker_ = std::make_unique<Broker>(Identity{"cluster", 1, 1, ""}, outside_);
  proto::Nanoseconds time_ = 1s;
  std::vector<std::string> beating_{"a1", "a2"};
  int nonce_ = 0;
  std::uint32_t minor_ = 0;  // of the protocol that agents speak
};

}  // namespace loads::broker
