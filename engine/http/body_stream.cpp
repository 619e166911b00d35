#include "engine/http/body_stream.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include <loads/error.h>

#include "common/duration.h"
#include "engine/http/client.h"
#include "engine/http/percent_encoding.h"

namespace loads::http {
namespace {

constexpr std::uint64_t kMostPassedOver = 256 * 1024;
constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t kPackedAtOnce = 256;                 // bytes that are unpacked at a time: they may be a thousand times as many
constexpr std::size_t kEnough = 64 * 1024;                 // bytes of a piece after which no more are unpacked for it
constexpr std::uint64_t kMostUnpacked = 16 * 1024 * 1024;  // bytes of one, unless .max_body allows more

}  // namespace

BodyStream::BodyStream(Client& client, const Accounts& accounts, std::unique_ptr<metrics::Exemplar> exemplar,
                       std::unique_ptr<Connection> connection, std::unique_ptr<PieceReceiver> receiver, Answer& answer, bool unpacks)
    : client_(client),
      accounts_(accounts),
      exemplar_(std::move(exemplar)),
      connection_(std::move(connection)),
      receiver_(std::move(receiver)),
      answer_(answer) {
  const std::string codings = unpacks && answer.has(Answer::kIsCoded) ? answer.codings() : std::string();
  if (coding::Decoder::knows(codings)) decoder_.emplace(codings, kUnlimited);
  client_.begin_stream(*this);
}

BodyStream::~BodyStream() {
  if (!ended_) end({});
}

std::optional<std::string_view> BodyStream::next() {
  while (true) {
    std::optional<std::string_view> piece = receive();
    if (!piece || !piece->empty()) return piece;
  }
}

std::optional<std::string> BodyStream::next_line() {
  std::size_t looked_at = line_begin_;
  while (true) {
    if (const auto end = lines_.find('\n', looked_at); end != std::string::npos) {
      std::string line = lines_.substr(line_begin_, end - line_begin_);
      line_begin_ = end + 1;
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    lines_.erase(0, std::exchange(line_begin_, 0));
    looked_at = lines_.size();
    if (lines_.size() > answer_.most_body) throw_long_line();
    const auto piece = next();
    if (!piece && lines_.empty()) return {};
    if (!piece) return std::exchange(lines_, {});
    lines_ += *piece;
  }
}

void BodyStream::throw_long_line() {
  if (!ended_) end({});
  throw std::length_error("a line of the body of " + shortened(answer_.url) + " is longer than " + std::to_string(answer_.most_body) +
                          " bytes: read it in pieces, or ask for more with .max_body");
}

void BodyStream::pass_over() {
  if (ended_) return;
  fiber::Loop& loop = client_.context().loop;
  loop.set_deadline(fiber::Clock::now() + accounts_.timeout);
  while (answer_.body_size <= kMostPassedOver && receive_piece()) {
  }
  loop.set_deadline(fiber::kNever);
}

std::optional<std::string_view> BodyStream::receive() {
  if (!packed_.empty()) return unpacked();
  if (ended_) return {};
  bool more = false;
  fiber::run_blocking(client_.context().loop, [&] { more = advance(); });
  if (more && !decoder_) return answer_.body.view();
  if (more) {
    packed_ = answer_.body.view();
    return unpacked();
  }
  const coding::Outcome outcome = decoder_ ? decoder_->finish() : coding::Outcome();
  if (!outcome) throw_not_unpacked(outcome.message());
  return {};
}

// Bounded, whatever the server has packed: what is left of the piece is for the next call.
std::string_view BodyStream::unpacked() {
  const std::uint64_t most = std::max(answer_.most_body, kMostUnpacked);
  unpacked_.clear();
  while (!packed_.empty() && unpacked_.size() < kEnough) {
    const std::string_view some = packed_.substr(0, kPackedAtOnce);
    packed_.remove_prefix(some.size());
    const coding::Outcome outcome = decoder_->feed(some, [&](std::string_view piece) {
      unpacked_ += piece;
      return unpacked_.size() <= most;
    });
    if (!outcome)
      throw_not_unpacked(unpacked_.size() > most
                             ? "a piece of it unpacks to more than " + std::to_string(most) + " bytes, ask for more with .max_body"
                             : outcome.message());
  }
  return unpacked_;
}

void BodyStream::throw_not_unpacked(const std::string& why) {
  packed_ = {};
  if (!ended_) end({});
  throw ContentDecodingError("the body of " + shortened(answer_.url) + " cannot be unpacked: " + why);
}

bool BodyStream::advance() {
  fiber::Loop& loop = client_.context().loop;
  loop.set_deadline(fiber::Clock::now() + accounts_.timeout);
  const bool more = receive_piece();
  loop.set_deadline(fiber::kNever);
  return more;
}

// False at the end of the body, which is then recorded.
bool BodyStream::receive_piece() {
  bool more = false;
  try {
    more = receiver_->next();
  } catch (const fiber::Cancelled&) {
    end(cut_off());
    throw;
  }
  if (more) return true;
  client_.context().loop.set_deadline(fiber::kNever);
  const net::Trouble trouble = trouble_of(receiver_->result(), *connection_, accounts_.timeout);
  end(trouble);
  if (trouble) throw_request_failed(trouble);
  return false;
}

void BodyStream::end(const net::Trouble& trouble) {
  ended_ = true;
  client_.end_stream(*this);
  const Received& received = receiver_->result();
  accounts_.record.bytes_received = received.bytes;
  if (!trouble) {
    const fiber::TimePoint last = std::max(received.last_byte, received.first_byte);
    accounts_.phase(metrics::Phase::receive) += last - received.first_byte;
    accounts_.record.total = last - accounts_.started;
    accounts_.record.status = answer_.status;
    answer_.record = accounts_.record;
  }
  client_.record(accounts_, trouble, std::move(exemplar_));
  const bool whole = !trouble && received.end == Received::End::complete && received.keep_alive && receiver_->at_end();
  if (whole) client_.keep(std::move(connection_));
  connection_.reset();
}

}  // namespace loads::http
