#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/metrics/request.h"
#include "engine/message/byte_buffer.h"
#include "engine/message/rest.h"

namespace loads::message {

class LastAnswer;
struct Answer;

// One reference to an answer.
struct ReleaseAnswer {
  void operator()(Answer* answer) const;
};
using AnswerHandle = std::unique_ptr<Answer, ReleaseAnswer>;

// What an answer is read for.
struct AnswerLimits {
  bool has_body = true;                 // false: it answers a HEAD
  std::uint64_t keep_body = 1U << 20U;  // bytes of the body that are kept
};
inline constexpr std::size_t kMaxHead = 64 * 1024;  // bytes of the status line and the header fields
inline constexpr std::size_t kMaxFields = 1000;

// The answers of one thread. Given out last in, first out: the buffers of an answer that was just dropped are still in the processor's
// cache. What is out when the pool goes stays with those who hold it, on any thread: a test may keep an answer in a static.
class AnswerPool {
 public:
  AnswerPool();
  ~AnswerPool();
  AnswerPool(const AnswerPool&) = delete;
  AnswerPool& operator=(const AnswerPool&) = delete;

  // The answers of 400 and above that came back unread since the last call: the test did not notice them.
  std::map<int, std::uint64_t> take_unread_statuses();

  Answer* take();  // cleared, with one reference
  std::size_t kept() const;

 private:
  friend struct Answer;
  class Stock;

  Stock* stock_;  // goes with the pool, or with the last answer that is out
};

// An answer as it was received. Counted references, which Response holds; the last one gives it back to its pool with its buffers, so that
// a request costs no allocation. What it says stays until it is taken for another. One thread.
struct Answer {
  struct Field {
    std::uint32_t name = 0;  // offsets into head
    std::uint32_t name_size = 0;
    std::uint32_t value = 0;
    std::uint32_t value_size = 0;
  };

  // Headers that the session has something to do about, as bits of `notes`: that there are none is seen at a glance.
  enum Note : std::uint8_t { kSetsCookie = 1, kHasLocation = 2, kIsCoded = 4, kAsksWho = 8 };

  Answer();
  ~Answer();
  Answer(Answer&& other) noexcept;  // those of a pool stay where they are
  Answer& operator=(Answer&& other) noexcept;

  int status = 0;
  unsigned version = 11;     // of HTTP, ten times
  bool status_read = false;  // by the test
  std::uint8_t notes = 0;
  ByteBuffer head;  // reason phrase, names and values, one after another
  std::uint32_t reason_size = 0;
  std::vector<Field> fields;
  ByteBuffer body;                      // what was kept of it
  std::uint64_t body_size = 0;          // what was received of it
  std::uint64_t most_body = 0;          // what a coded one may unpack to
  std::optional<std::string> unpacked;  // a coded body, once the test has asked for it
  std::unique_ptr<Rest> rest;           // of a body that is read piece by piece; `body` is then the present piece
  std::optional<std::string> in_utf8;   // a text in another charset, likewise
  std::vector<AnswerHandle> history;    // those before it: redirects, and questions for credentials
  std::shared_ptr<const void> asked;    // has what the next two see
  std::string_view url;
  std::string_view request;        // its text, if many are sent with the same; else empty
  std::uint32_t request_name = 0;  // the recorder's
  std::chrono::steady_clock::time_point started{};
  metrics::RequestRecord record;  // of the exchange, so far as it is known
  LastAnswer* last_of = nullptr;  // who looks back at it

  bool has(Note note) const { return (notes & note) != 0; }
  std::string_view reason() const { return head.view().substr(0, reason_size); }
  std::string_view name(const Field& field) const { return head.view().substr(field.name, field.name_size); }
  std::string_view value(const Field& field) const { return head.view().substr(field.value, field.value_size); }
  std::string_view header(std::string_view name) const;                // in any case; empty when there is none
  std::vector<std::string_view> headers(std::string_view name) const;  // all of that name
  std::string_view whole_body();  // its codings undone. Throws ContentDecodingError; std::length_error when it was not kept whole
  std::string codings() const;    // all that Content-Encoding names, in order
  std::string_view text();        // the same in UTF-8, where the Content-Type names another charset
  bool truncated() const { return body_size > body.size(); }

  void add_reference() { ++references_; }
  void release();

 private:
  friend class AnswerPool::Stock;
  void clear();
  void let_go();
  void unpack();
  void read_rest();

  AnswerPool::Stock* stock_ = nullptr;
  std::uint32_t references_ = 0;
};

// The note of a header field whose name is in lower case; 0: none.
std::uint8_t note_of(std::string_view name);

std::string_view version_text(const Answer& answer);  // "HTTP/1.1"

}  // namespace loads::message
