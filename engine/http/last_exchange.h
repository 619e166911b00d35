#pragma once

#include "engine/http/accounts.h"
#include "engine/http/answer.h"
#include "engine/http/target.h"

namespace loads::http {

// The answered exchange that a user had last, for what the test may say about it afterwards. The answer is the test's, or back in its pool:
// it is looked at as long as it has not been taken for another.
class LastExchange {
 public:
  LastExchange() = default;
  ~LastExchange() { forget(); }
  LastExchange(const LastExchange&) = delete;
  LastExchange& operator=(const LastExchange&) = delete;

  // In the path of every request.
  void set(const Accounts& accounts, TargetPointer&& target, bool is_plain, Answer& answer) {
    forget();
    accounts_ = accounts;
    target_ = std::move(target);
    is_plain_ = is_plain;
    answer_ = &answer;
    is_known_ = true;
    answer.last_of = this;
  }
  void forget() {
    if (answer_ != nullptr) answer_->last_of = nullptr;
    lose_answer();
    is_known_ = false;
  }
  void lose_answer() { answer_ = nullptr; }

  bool is_known() const { return is_known_; }
  const Accounts& accounts() const { return accounts_; }
  const Target& target() const { return *target_; }
  bool is_plain() const { return is_plain_; }         // its text was the target's plain request
  const Answer* answer() const { return answer_; }  // null: it is no more

 private:
  Accounts accounts_;
  TargetPointer target_;
  bool is_plain_ = false;
  bool is_known_ = false;
  Answer* answer_ = nullptr;
};

}  // namespace loads::http
