#pragma once

#include <utility>

#include "engine/message/answer.h"

namespace loads::message {

// The answer that a user had last, for what the test may say about it afterwards. It is the test's, or back in its pool: it is looked at as
// long as it has not been taken for another.
class LastAnswer {
 public:
  LastAnswer() = default;
  ~LastAnswer() { forget(); }
  LastAnswer(const LastAnswer&) = delete;
  LastAnswer& operator=(const LastAnswer&) = delete;

  // In the path of every request.
  void set(Answer& answer) {
    forget();
    answer_ = &answer;
    answer.last_of = this;
  }
  void forget() {
    if (answer_ != nullptr) std::exchange(answer_, nullptr)->last_of = nullptr;
  }
  void lose() { answer_ = nullptr; }

  const Answer* get() const { return answer_; }  // null: there is none, or it is no more

 private:
  Answer* answer_ = nullptr;
};

}  // namespace loads::message
