#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/metrics/request.h"
#include "engine/http/byte_buffer.h"

namespace loads::http {

class AnswerPool;

// An answer as it was received. Counted references, which Response holds; the last one gives it back to its pool with its buffers, so that
// a request costs no allocation. One thread.
struct Answer {
  struct Field {
    std::uint32_t name = 0;  // offsets into head
    std::uint32_t name_size = 0;
    std::uint32_t value = 0;
    std::uint32_t value_size = 0;
  };

  int status = 0;
  bool status_read = false;  // by the test
  ByteBuffer head;           // reason phrase, names and values, one after another
  std::uint32_t reason_size = 0;
  std::vector<Field> fields;
  ByteBuffer body;              // what was kept of it
  std::uint64_t body_size = 0;  // what was received of it
  std::string url;
  std::chrono::nanoseconds elapsed{};
  std::array<std::chrono::nanoseconds, metrics::kPhases> phases{};  // of elapsed

  std::string_view reason() const { return head.view().substr(0, reason_size); }
  std::string_view name(const Field& field) const { return head.view().substr(field.name, field.name_size); }
  std::string_view value(const Field& field) const { return head.view().substr(field.value, field.value_size); }
  std::string_view header(std::string_view name) const;  // in any case; empty when there is none
  bool truncated() const { return body_size > body.size(); }

  void add_reference() { ++references_; }
  void release();

 private:
  friend class AnswerPool;
  void clear();

  AnswerPool* pool_ = nullptr;
  std::uint32_t references_ = 0;
};

// The answers of one thread. Given out last in, first out: the buffers of an answer that was just dropped are still in the processor's
// cache. Outlives every answer that it has given out.
class AnswerPool {
 public:
  // The answers of 400 and above that came back unread since the last call: the test did not notice them.
  std::map<int, std::uint64_t> take_unread_statuses() { return std::exchange(unread_statuses_, {}); }

  Answer* take();  // cleared, with one reference
  std::size_t kept() const { return free_.size(); }

 private:
  friend struct Answer;
  void give_back(std::unique_ptr<Answer> answer);

  std::vector<std::unique_ptr<Answer>> free_;
  std::map<int, std::uint64_t> unread_statuses_;
};

}  // namespace loads::http
