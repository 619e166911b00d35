#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/coding/decoder.h"
#include "engine/http/connection.h"
#include "engine/http/exchange.h"
#include "engine/http/receiver.h"
#include "engine/net/trouble.h"

namespace loads::http {

class Client;

// The body of an answer whose head has come, read piece by piece: RequestOptions::stream. It belongs to the answer, holds the connection,
// and is recorded as a request when it ends: answered, also when the test does not read it to its end, in which case the connection is
// closed. It ends with the client at the latest.
class BodyStream {
 public:
  BodyStream(Client& client, Accounts accounts, std::unique_ptr<Connection> connection, std::unique_ptr<PieceReceiver> receiver,
             Answer& answer, bool unpacks);
  ~BodyStream();
  BodyStream(const BodyStream&) = delete;
  BodyStream& operator=(const BodyStream&) = delete;

  // Waits for the next piece, its codings undone if it `unpacks`, at most as long as a request may take; nothing at the end. Suspends, or blocks where
  // there is no fiber. Throws RequestFailed's children, ContentDecodingError and Cancelled.
  std::optional<std::string_view> next();

  std::optional<std::string> next_line();  // without its end. Throws std::length_error when it is longer than the answer's most_body

  void cut() { end({}); }  // here, before its end
  bool ended() const { return ended_; }

  // Reads what is left of a body that nobody wants, if that is little: the connection can be used again then.
  void pass_over();

 private:
  std::optional<std::string_view> receive();
  std::string_view unpacked();
  bool advance();
  [[noreturn]] void throw_long_line();
  [[noreturn]] void throw_not_unpacked(const std::string& why);
  void end(const net::Trouble& trouble);

  Client& client_;
  Accounts accounts_;
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
