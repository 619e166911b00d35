#include "examples/target/counters.h"

namespace loads::target {

Counters::Open::Open(Counters& counters) : counters_(&counters) {
  ++counters.connections_;
  ++counters.open_;
}

Counters::Open::~Open() {
  if (counters_ != nullptr) {
    --counters_->open_;
  }
}

void Counters::answer(int status) {
  ++answered_;
  ++by_status_.at(static_cast<std::size_t>(status));
}

void Counters::take_back(int status) {
  --answered_;
  --by_status_.at(static_cast<std::size_t>(status));
}

Statistics Counters::snapshot() const {
  Statistics result;
  result.requests = requests_;
  result.answered = answered_;
  result.connections = connections_;
  result.open = open_;
  result.web_sockets = web_sockets_;
  result.web_socket_messages = web_socket_messages_;
  for (std::size_t status = 0; status < by_status_.size(); ++status) {
    if (const std::uint64_t count = by_status_[status]; count > 0) {
      result.by_status.emplace(static_cast<int>(status), count);
    }
  }
  return result;
}

void Counters::reset() {
  for (Count* count : {&requests_, &answered_, &connections_, &web_sockets_, &web_socket_messages_}) {
    *count = 0;
  }
  for (Count& count : by_status_) {
    count = 0;
  }
}

std::string to_json(const Statistics& statistics) {
  std::string statuses;
  for (const auto& [status, count] : statistics.by_status) {
    statuses += (statuses.empty() ? "\"" : ", \"") + std::to_string(status) + "\": " + std::to_string(count);
  }
  return "{\"requests\": " + std::to_string(statistics.requests) + ", \"answered\": " + std::to_string(statistics.answered) +
         ", \"by_status\": {" + statuses + "}, \"connections\": " + std::to_string(statistics.connections) +
         ", \"open\": " + std::to_string(statistics.open) + ", \"web_sockets\": " + std::to_string(statistics.web_sockets) +
         ", \"web_socket_messages\": " + std::to_string(statistics.web_socket_messages) + "}\n";
}

}  // namespace loads::target
