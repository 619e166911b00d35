#include "engine/http/receiver.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <optional>

#include "engine/http/answer_parser.h"

namespace loads::http {
namespace {

using End = Received::End;

// The first read of an answer takes little, so that most of a large body can be received where it is kept, without a copy.
constexpr std::size_t kFirstRead = 16 * 1024;
constexpr std::size_t kMoreOfAHead = 4 * 1024;
// Room for a body is made as it comes: the length that a server announces may be any number.
constexpr std::size_t kMostRoom = 1024 * 1024;
constexpr std::size_t kMostOfAPiece = 64 * 1024;
// The shortest rest of a chunked body: "0\r\n\r\n". Less cannot end it, and Beast's parser asserts that it is not given less.
constexpr std::size_t kLeastOfChunks = 5;

// One answer on its way in. `Source` is what it is read from.
template <typename Source>
class Reception {
 public:
  Reception(Source& source, Scratch scratch, const AnswerLimits& limits, Answer& answer)
      : source_(source), scratch_(scratch), limits_(limits), answer_(answer) {}

  Received run() {
    if (receive_all()) result_.end = End::complete;
    // Bytes behind the answer belong to no request: the connection cannot be used again.
    result_.keep_alive = result_.end == End::complete && result_.keep_alive && unread_.empty();
    result_.last_byte = reads_ <= 1 ? result_.first_byte : fiber::Clock::now();
    return result_;
  }

 protected:
  bool receive_all() {
    if (!receive_final_head()) return false;
    if (answer_.status == 101) take_from_unread(unread_.size());
    if (parser_->is_done()) return true;
    if (parser_->chunked()) return receive_chunks();
    const auto length = parser_->content_length_remaining();
    return length ? receive_body(*length) : receive_until_end();
  }

  // The head of the answer itself, behind interim ones.
  bool receive_final_head() {
    while (true) {
      parser_.emplace(answer_, limits_);
      if (!limits_.has_body) parser_->skip(true);
      if (!receive_head()) return false;
      if (answer_.status / 100 != 1 || answer_.status == 101) break;
      if (result_.bytes - unread_.size() > kMaxHead) return malformed(boost::beast::http::error::header_limit);  // interim ones without end
      answer_.head.clear();
      answer_.fields.clear();
      answer_.notes = 0;
    }
    result_.keep_alive = parser_->keep_alive() && answer_.status != 101;
    return true;
  }

  bool receive_head() {
    while (!parser_->is_header_done()) {
      if (unread_.empty() && !fill(kFirstRead)) return false;
      if (!parse()) return false;
    }
    return true;
  }

  bool receive_chunks() {
    parser_->eager(true);
    while (!parser_->is_done()) {
      if (unread_.empty() && !fill(scratch_.size())) return false;
      if (!(unread_.size() < kLeastOfChunks ? fill_behind_unread() : parse())) return false;
    }
    return true;
  }

  // Feeds the parser what is unread; when it wants more of a line, gets more.
  bool parse() {
    AnswerParser::Error error;
    feed(error);
    if (error == boost::beast::http::error::need_more) return fill_behind_unread();
    if (error) return malformed(error);
    return true;
  }

  void feed(AnswerParser::Error& error) {
    const std::size_t used = parser_->put(boost::asio::const_buffer(unread_.data(), unread_.size()), error);
    unread_.remove_prefix(used);
  }

  bool receive_body(std::uint64_t length) {
    take_from_unread(length);
    while (answer_.body_size < length) {
      // One byte more than there should be: a read that comes back short has emptied the socket, so that the next request need not look.
      const std::uint64_t wanted = std::min<std::uint64_t>(length - answer_.body_size, kMostRoom) + 1;
      if (!note(receive_piece(wanted, std::min<std::uint64_t>(wanted, scratch_.size())))) return false;
    }
    if (answer_.body_size > length) {
      if (answer_.body.size() > length) answer_.body.drop_back(1);
      answer_.body_size = length;
      result_.keep_alive = false;
    }
    return true;
  }

  bool receive_until_end() {
    take_from_unread(unread_.size());
    while (true) {
      const fiber::IoResult got = receive_piece(std::clamp(answer_.body.size(), kFirstRead, kMostRoom), scratch_.size());
      if (got.end == fiber::IoResult::End::closed) return true;
      if (!note(got)) return false;
    }
  }

  // Receives into the body where it is still kept, at most `kept` bytes, and else into the scratch, at most `dropped` bytes.
  fiber::IoResult receive_piece(std::uint64_t kept, std::uint64_t dropped) {
    const std::uint64_t keep = limits_.keep_body - std::min<std::uint64_t>(limits_.keep_body, answer_.body_size);
    const auto buffer =
        keep > 0 ? answer_.body.room(static_cast<std::size_t>(std::min(kept, keep))) : scratch_.first(static_cast<std::size_t>(dropped));
    const fiber::IoResult got = source_.receive(buffer);
    answer_.body_size += got.bytes;
    if (keep > 0) answer_.body.filled(got.bytes);
    return got;
  }

  void take_from_unread(std::uint64_t length) {
    const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(length, unread_.size()));
    answer_.body.append(unread_.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes, limits_.keep_body))));
    answer_.body_size = bytes;
    unread_.remove_prefix(bytes);
  }

  bool fill(std::size_t most) {
    const fiber::IoResult got = source_.receive(scratch_.first(std::min(most, scratch_.size())));
    if (!note(got)) return false;
    unread_ = {scratch_.data(), got.bytes};
    return true;
  }

  // What is unread may lie in the scratch, which does not outlive the wait: it moves to a buffer of this answer first.
  void hold() {
    if (held_.size() == 0 || unread_.data() < held_.view().data() || unread_.data() >= held_.view().data() + held_.size()) {
      held_.clear();
      held_.append(unread_);
    } else {
      held_.drop_front(held_.size() - unread_.size());
    }
    unread_ = held_.view();
  }

  bool fill_behind_unread() {
    if (unread_.empty()) return fill(kFirstRead);
    hold();
    if (held_.size() > kMaxHead) return malformed(boost::beast::http::error::header_limit);
    const fiber::IoResult got = source_.receive(held_.room(kMoreOfAHead));
    if (!note(got)) return false;
    held_.filled(got.bytes);
    unread_ = held_.view();
    return true;
  }

  bool note(const fiber::IoResult& got) {
    if (got.ok()) {
      if (reads_++ == 0) result_.first_byte = fiber::Clock::now();
      result_.bytes += got.bytes;
      return true;
    }
    if (got.end == fiber::IoResult::End::timed_out) {
      result_.end = End::timed_out;
    } else if (got.end == fiber::IoResult::End::closed || got.error == ECONNRESET || got.error == EPIPE) {
      result_.end = reads_ == 0 ? End::closed_before : End::closed_within;
    } else {
      result_.end = End::failed;
      result_.error = got.error;
    }
    return false;
  }

  bool malformed(const AnswerParser::Error& why) {
    using Http = boost::beast::http::error;
    result_.end = End::malformed;
    if (why == Http::header_limit || why == Http::buffer_overflow) {
      result_.reason = parser_->is_header_done() && parser_->chunked() ? "what stands around its chunks is larger than 64 KiB"
                                                                       : "its head is larger than 64 KiB or 1000 fields";
    } else if (why == Http::bad_version || (why == Http::bad_line_ending && answer_.status == 0)) {
      result_.reason = "it is not HTTP/1.x";
    } else if (why == Http::bad_chunk || why == Http::bad_chunk_extension) {
      result_.reason = "a chunk of its body is malformed";
    } else if (why == Http::bad_content_length || why == Http::bad_transfer_encoding) {
      result_.reason = "its length is malformed";
    } else {
      result_.reason = "its head is malformed";
    }
    return false;
  }

  Source& source_;
  Scratch scratch_;
  const AnswerLimits& limits_;
  Answer& answer_;
  std::optional<AnswerParser> parser_;
  std::string_view unread_;  // in scratch_ or in held_
  ByteBuffer held_;
  unsigned reads_ = 0;
  Received result_;
};

// The same, piece by piece.
template <typename Source>
class Pieces final : public PieceReceiver, private Reception<Source> {
  using Base = Reception<Source>;

 public:
  Pieces(Source& source, Scratch scratch, bool has_body, Answer& answer)
      : Base(source, scratch, limits_, answer), limits_{has_body, std::numeric_limits<std::uint64_t>::max()} {}

  bool head() override {
    if (!Base::receive_final_head()) return false;
    if (const auto length = Base::parser_->content_length_remaining()) left_ = *length;
    Base::parser_->eager(true);
    Base::hold();
    return true;
  }

  bool next() override {
    Base::answer_.body.clear();
    const bool more = failed_ || Base::parser_->is_done() ? false : Base::parser_->chunked() ? next_of_chunks() : next_of_bytes();
    if (more) {
      Base::hold();
    } else if (failed_) {
      Base::result_.keep_alive = false;
    } else {
      Base::result_.keep_alive = Base::result_.keep_alive && Base::unread_.empty();
    }
    if (!failed_) Base::result_.last_byte = fiber::Clock::now();
    at_end_ = !more && !failed_;
    return more;
  }

  bool at_end() const override { return at_end_; }
  const Received& result() const override { return Base::result_; }

 private:
  bool fail() {
    failed_ = true;
    return false;
  }

  // Waits for more only while there is nothing to give: the next chunk may be long in coming.
  bool next_of_chunks() {
    while (!Base::parser_->is_done() && Base::answer_.body.size() == 0) {
      if ((wants_more_ || Base::unread_.size() < kLeastOfChunks) && !Base::fill_behind_unread()) return fail();
      AnswerParser::Error error;
      if (Base::unread_.size() >= kLeastOfChunks) Base::feed(error);
      wants_more_ = error == boost::beast::http::error::need_more;
      if (error && !wants_more_) {
        Base::malformed(error);
        failed_ = true;
        break;
      }
    }
    return Base::answer_.body.size() > 0;
  }

  // Of a known length, or up to the end of the connection.
  bool next_of_bytes() {
    if (left_ && *left_ == 0) return false;
    const std::uint64_t most = std::min<std::uint64_t>(left_.value_or(kMostOfAPiece), kMostOfAPiece);
    const std::uint64_t before = Base::answer_.body_size;
    if (!Base::unread_.empty()) {
      Base::take_from_unread(most);
      Base::answer_.body_size += before;
    } else {
      const fiber::IoResult got = Base::receive_piece(most, most);
      if (got.end == fiber::IoResult::End::closed && !left_) return false;
      if (!Base::note(got)) return fail();
    }
    if (left_) *left_ -= Base::answer_.body_size - before;
    return true;
  }

  const AnswerLimits limits_;
  std::optional<std::uint64_t> left_;
  bool wants_more_ = false;  // than what is unread
  bool failed_ = false;
  bool at_end_ = false;
};

}  // namespace

std::unique_ptr<PieceReceiver> PieceReceiver::make(net::Stream& stream, Scratch scratch, bool has_body, Answer& answer) {
  return std::make_unique<Pieces<net::Stream>>(stream, scratch, has_body, answer);
}

std::unique_ptr<PieceReceiver> PieceReceiver::make(ByteSource& source, Scratch scratch, bool has_body, Answer& answer) {
  return std::make_unique<Pieces<ByteSource>>(source, scratch, has_body, answer);
}

Received receive_answer(net::Stream& stream, Scratch scratch, const AnswerLimits& limits, Answer& answer) {
  return Reception<net::Stream>(stream, scratch, limits, answer).run();
}

Received receive_answer(ByteSource& source, Scratch scratch, const AnswerLimits& limits, Answer& answer) {
  return Reception<ByteSource>(source, scratch, limits, answer).run();
}

}  // namespace loads::http
