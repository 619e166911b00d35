#pragma once

#include <chrono>
#include <string>

namespace loads::agent {

// What is logged of a broker that does not answer: that it does not, with the reason, and that it is there again; each once.
class BrokerSilence {
 public:
  using Duration = std::chrono::steady_clock::duration;
  static constexpr std::chrono::seconds kQuiet{4};  // the broker answers a beat each second

  BrokerSilence(std::string endpoint, bool has_key) : endpoint_(std::move(endpoint)), has_key_(has_key) {}

  // The warning that is due after that silence; empty: none. When it may take its time it finds out why, which can be seconds.
  std::string warning(Duration silence, bool may_take_time);
  bool is_over(Duration silence);  // true once, after a warning

 private:
  std::string reason() const;

  std::string endpoint_;
  bool has_key_;
  bool told_ = false;
};

}  // namespace loads::agent
