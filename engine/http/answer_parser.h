#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "engine/http/receiver.h"
#include "engine/message/answer.h"

namespace loads::http {

// Beast's parser, writing into an Answer. It is used for the head and for chunked bodies; bodies of known length and those up to the end of
// the connection are received without it, straight into the answer.
class AnswerParser final : public boost::beast::http::basic_parser<false> {
 public:
  using Error = boost::beast::error_code;
  using Text = boost::beast::string_view;

  AnswerParser(Answer& answer, const AnswerLimits& limits) : answer_(answer), keep_body_(limits.keep_body) {
    header_limit(kMaxHead);
    body_limit(std::numeric_limits<std::uint64_t>::max());  // Boost 1.74 takes "none" for 0
  }

 private:
  using Field = boost::beast::http::field;

  void on_request_impl(boost::beast::http::verb, Text, Text, int, Error&) override {}

  void on_response_impl(int status, Text reason, int version, Error& error) override {
    if (status < 100) {
      error = boost::beast::http::error::bad_status;
      return;
    }
    answer_.status = status;
    answer_.version = static_cast<unsigned>(version);
    answer_.head.append({reason.data(), reason.size()});
    answer_.reason_size = static_cast<std::uint32_t>(reason.size());
  }

  void on_field_impl(Field known, Text name, Text value, Error& error) override {
    if (is_header_done()) return;  // a trailer: what it says comes too late to count as a header (RFC 9110, 6.5.1)
    if (answer_.fields.size() == kMaxFields || answer_.head.size() + name.size() + value.size() > kMaxHead) {
      error = boost::beast::http::error::header_limit;
      return;
    }
    Answer::Field field;
    field.name = static_cast<std::uint32_t>(answer_.head.size());
    field.name_size = static_cast<std::uint32_t>(name.size());
    field.value = field.name + field.name_size;
    field.value_size = static_cast<std::uint32_t>(value.size());
    answer_.head.append({name.data(), name.size()}, {value.data(), value.size()});
    answer_.fields.push_back(field);
    answer_.notes |= kNotes[static_cast<std::size_t>(known)];
  }

  void on_header_impl(Error&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, Error&) override {}
  std::size_t on_body_impl(Text bytes, Error&) override { return keep(bytes); }
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, Error&) override { return keep(bytes); }
  void on_finish_impl(Error&) override {}

  // What Beast has recognised, as a bit of Answer::notes.
  static constexpr auto kNotes = [] {
    std::array<std::uint8_t, 512> notes{};  // Beast knows about 350 names
    const auto set = [&](Field field, Answer::Note note) { notes.at(static_cast<std::size_t>(field)) = note; };
    set(Field::set_cookie, Answer::kSetsCookie);
    set(Field::location, Answer::kHasLocation);
    set(Field::content_encoding, Answer::kIsCoded);
    set(Field::www_authenticate, Answer::kAsksWho);
    return notes;
  }();

  std::size_t keep(Text bytes) {
    const std::uint64_t room = keep_body_ - answer_.body.size();
    answer_.body.append({bytes.data(), static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), room))});
    answer_.body_size += bytes.size();
    return bytes.size();
  }

  Answer& answer_;
  std::uint64_t keep_body_;
};

}  // namespace loads::http
