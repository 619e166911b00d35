#include "cluster/agents/simulated_agent.h"

#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <zmq.hpp>

#include "proto/codec.h"

namespace loads::bench {
namespace {

using proto::Nanoseconds;

std::uint64_t microseconds(Nanoseconds time) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(time).count()));
}

agent::Identity identity_of(std::uint32_t number) {
  char id[33];
  std::snprintf(id, sizeof id, "%032x", number + 1);
  const auto session = static_cast<std::uint64_t>(::getpid()) << 32U | number;
  return {id, 1, session, "simulated/" + std::to_string(number), "x86_64", "1", 1};
}

}  // namespace

SimulatedAgent::SimulatedAgent(wire::Context& context, const Place& place, std::uint32_t number, Figures& figures)
    : figures_(figures), socket_(wire::Socket::quiet_dealer(context, place.keys)), apart_(place.apart), agent_(identity_of(number), *this) {
  socket_.connect(place.backend);
}

int SimulatedAgent::descriptor() { return socket_.handle().get(zmq::sockopt::fd); }

void SimulatedAgent::serve(Nanoseconds now) {
  now_ = now;
  listen(now);
  work(now);
  agent_.tick(now);
  listen(now);  // what came while something was sent makes the descriptor readable no more
}

void SimulatedAgent::listen(Nanoseconds now) {
  while (const auto received = socket_.receive()) {
    const auto decoded = proto::decode<proto::ToAgent>(received->bytes);
    if (!decoded) continue;
    heed(decoded.message, now);
    agent_.on_broker(decoded.message, now);
  }
}

void SimulatedAgent::heed(const proto::ToAgent& message, Nanoseconds now) {
  if (std::holds_alternative<proto::Welcome>(message)) {
    ++figures_.hellos;
    if (!std::exchange(welcomed_, true)) ++figures_.welcomed;
  } else if (std::holds_alternative<proto::Refused>(message)) {
    ++figures_.refused;
  } else if (const auto* start = std::get_if<proto::Start>(&message)) {
    figures_.late_starts.record(microseconds(now - start->at));  // the broker is on this machine: it has the same clock
  } else if (const auto* ack = std::get_if<proto::Ack>(&message); ack != nullptr && ack->run == prepare_.run) {
    for (; acknowledged_ < ack->seq && !made_.empty(); ++acknowledged_, made_.pop_front()) {
      const bool is_last = acknowledged_ + 1 == last_;
      (is_last ? figures_.last_acks : figures_.acks).record(microseconds(now - made_.front()));
      ++figures_.acknowledged;
    }
  }
}

void SimulatedAgent::work(Nanoseconds now) {
  if (!worker_) return;
  for (const proto::FromWorker& message : worker_->look(now)) agent_.on_worker(prepare_.run, prepare_.lease, message, now);
  if (!worker_->is_over() && !killed_) return;
  worker_.reset();
  agent_.on_worker_gone(prepare_.run, prepare_.lease, "exit code 0");
}

void SimulatedAgent::start_worker(const proto::Prepare& prepare) { worker_.emplace(prepare, apart_); }

void SimulatedAgent::to_worker(proto::Lease, const std::string&, const proto::ToWorker& message) {
  if (worker_) worker_->on(message, now_);
}

void SimulatedAgent::keep_lease(const proto::Prepare& prepare) {
  prepare_ = prepare;
  killed_ = false;
  acknowledged_ = 0;
  made_.clear();
  last_ = 0;
  ++figures_.shares;
}

void SimulatedAgent::keep_batch(proto::Lease, const std::string&, std::string_view) {
  made_.push_back(now_);
  if (worker_ && worker_->is_over()) last_ = acknowledged_ + made_.size();
  ++figures_.made;
}

void SimulatedAgent::drop_lease(proto::Lease, const std::string&) { ++figures_.closed; }

}  // namespace loads::bench
