#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/coding/decoder.h"
#include "engine/http/connection.h"
#include "engine/http/exchange.h"
#include "engine/http/receiver.h"
#include "engine/message/rest.h"
#include "engine/net/trouble.h"

namespace loads::http {

class Client;

// The body of an answer whose head has come, read piece by piece: RequestOptions::stream. It belongs to the answer, holds the connection,
// and is recorded as a request when it ends: answered, also when the test does not read it to its end, in which case the connection is
// closed. It ends with the client at the latest.
class BodyStream final : public message::Rest {
 public:
  // `exemplar` is what could be kept of the exchange. `unpacks`: next() gives the body with its codings undone.
  BodyStream(Client& client, const Accounts& accounts, std::unique_ptr<metrics::Exemplar> exemplar, std::unique_ptr<Connection> connection,
             std::unique_ptr<PieceReceiver> receiver, Answer& answer, bool unpacks);
  ~BodyStream() override;
  BodyStream(const BodyStream&) = delete;
  BodyStream& operator=(const BodyStream&) = delete;

  std::optional<std::string_view> next() override;
  std::optional<std::string> next_line() override;
  void pass_over() override;

  void cut() override { end({}); }
  bool ended() const override { return ended_; }

 private:
  std::optional<std::string_view> receive();
  std::string_view unpacked();
  bool advance();
  bool receive_piece();
  [[noreturn]] void throw_long_line();
  [[noreturn]] void throw_not_unpacked(const std::string& why);
  void end(const net::Trouble& trouble);

  Client& client_;
  Accounts accounts_;
  std::unique_ptr<metrics::Exemplar> exemplar_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<PieceReceiver> receiver_;
  Answer& answer_;
  std::optional<coding::Decoder> decoder_;
  std::string_view packed_;     // of the present piece, what is still to be unpacked
  std::string unpacked_;        // of it
  std::string lines_;           // read as lines
  std::size_t line_begin_ = 0;  // in lines_: those before it were given out
  bool ended_ = false;
};

}  // namespace loads::http
