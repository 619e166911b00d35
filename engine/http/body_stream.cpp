#include "engine/http/body_stream.h"

#include <limits>
#include <utility>

#include <loads/error.h>

#include "common/duration.h"
#include "engine/http/client.h"

namespace loads::http {
namespace {

constexpr std::uint64_t kMostPassedOver = 256 * 1024;
constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

}  // namespace

BodyStream::BodyStream(Client& client, Accounts accounts, std::unique_ptr<Connection> connection, std::unique_ptr<PieceReceiver> receiver,
                       Answer& answer)
    : client_(client), accounts_(std::move(accounts)), connection_(std::move(connection)), receiver_(std::move(receiver)), answer_(answer) {
  const std::string codings = answer.has(Answer::kIsCoded) ? answer.codings() : std::string();
  if (coding::Decoder::knows(codings)) decoder_.emplace(codings, kUnlimited);
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
  std::size_t looked_at = 0;
  while (true) {
    if (const auto end = line_.find('\n', looked_at); end != std::string::npos) {
      std::string line = line_.substr(0, end);
      line_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    looked_at = line_.size();
    const auto piece = next();
    if (!piece && line_.empty()) return {};
    if (!piece) return std::exchange(line_, {});
    line_ += *piece;
  }
}

void BodyStream::pass_over() {
  while (answer_.body_size <= kMostPassedOver && receive()) {
  }
}

std::optional<std::string_view> BodyStream::receive() {
  if (ended_) return {};
  bool more = false;
  fiber::run_blocking(client_.context().loop, [&] { more = advance(); });
  if (more) return decoder_ ? unpacked() : answer_.body.view();
  const coding::Outcome outcome = decoder_ ? decoder_->finish() : coding::Outcome();
  if (!outcome) throw ContentDecodingError("the body of " + answer_.url + " cannot be unpacked: " + outcome.message());
  return {};
}

std::string_view BodyStream::unpacked() {
  unpacked_.clear();
  const coding::Outcome outcome = decoder_->feed(answer_.body.view(), [this](std::string_view piece) {
    unpacked_ += piece;
    return true;
  });
  if (outcome) return unpacked_;
  end({});
  throw ContentDecodingError("the body of " + answer_.url + " cannot be unpacked: " + outcome.message());
}

// False at the end of the body, which is then recorded.
bool BodyStream::advance() {
  fiber::Loop& loop = client_.context().loop;
  loop.set_deadline(fiber::Clock::now() + accounts_.timeout);
  bool more = false;
  try {
    more = receiver_->next();
  } catch (const fiber::Cancelled&) {
    end(cut_off());
    throw;
  }
  loop.set_deadline(fiber::kNever);
  if (more) return true;
  const net::Trouble trouble = trouble_of(receiver_->result(), *connection_, accounts_.timeout);
  end(trouble);
  if (trouble) throw_request_failed(trouble);
  return false;
}

void BodyStream::end(const net::Trouble& trouble) {
  ended_ = true;
  const Received& received = receiver_->result();
  accounts_.record.bytes_received = received.bytes;
  if (!trouble) {
    const fiber::TimePoint last = std::max(received.last_byte, received.first_byte);
    accounts_.phase(metrics::Phase::receive) += last - received.first_byte;
    accounts_.record.total = last - accounts_.started;
    accounts_.record.status = answer_.status;
    answer_.elapsed = accounts_.record.total;
    answer_.phases = accounts_.record.phases;
  }
  client_.record(accounts_, trouble);
  const bool whole = !trouble && received.end == Received::End::complete && received.keep_alive && receiver_->at_end();
  if (whole) client_.keep(std::move(connection_));
  connection_.reset();
}

}  // namespace loads::http
