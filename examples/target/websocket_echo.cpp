#include "examples/target/websocket_echo.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <memory>

#include "examples/target/websocket_manners.h"

namespace loads::target {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

constexpr std::size_t kFragment = 3;
constexpr std::chrono::seconds kPatience{60};  // with a client whose close is not answered

// The first of "chat.v2, chat.v1".
std::string first_of(std::string_view list) {
  list = list.substr(0, list.find(','));
  const auto end = list.find_last_not_of(" \t");
  return std::string(list.substr(0, end == std::string_view::npos ? 0 : end + 1));
}

class EchoSession : public std::enable_shared_from_this<EchoSession> {
 public:
  EchoSession(asio::ip::tcp::socket socket, std::string received, Counters& counters, Counters::Open open)
      : stream_(std::move(socket)),
        timer_(stream_.get_executor()),
        received_(std::move(received)),
        counters_(counters),
        open_(std::move(open)) {}

  void start() {
    read_request();
    websocket::permessage_deflate deflate;
    deflate.server_enable = true;
    stream_.set_option(deflate);
    stream_.set_option(websocket::stream_base::decorator([protocol = protocol_](websocket::response_type& answer) {
      if (!protocol.empty()) answer.set(beast::http::field::sec_websocket_protocol, protocol);
    }));
    stream_.async_accept(asio::buffer(received_), [self = shared_from_this()](beast::error_code error) {
      if (!error) {
        self->counters_.web_socket();
        self->read();
      }
    });
  }

 private:
  // What of the request concerns more than the handshake, which Beast reads for itself.
  void read_request() {
    beast::http::request_parser<beast::http::empty_body> parser;
    beast::error_code error;
    parser.put(asio::buffer(received_), error);
    const auto text = [](beast::string_view view) { return std::string_view(view.data(), view.size()); };
    manners_ = manners_of(text(parser.get().target()));
    protocol_ = first_of(text(parser.get()[beast::http::field::sec_websocket_protocol]));
  }

  void read() {
    stream_.async_read(message_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error) {
        self->answer();
      }
    });
  }

  void answer() {
    if (manners_.instead) {
      return misbehave();
    }
    if (manners_.close_code) {
      return stream_.async_close(websocket::close_reason(websocket::close_code(*manners_.close_code), "as asked"),
                                 [self = shared_from_this()](beast::error_code) {});
    }
    if (manners_.never_closes) {
      return linger();
    }
    if (manners_.pings) {
      return stream_.async_ping("still there?", [self = shared_from_this()](beast::error_code error) {
        if (!error) {
          self->write();
        }
      });
    }
    write();
  }

  void write() {
    const std::size_t size = manners_.fragments ? std::min(kFragment, message_.size()) : message_.size();
    const bool whole = size == message_.size();
    stream_.text(stream_.got_text());
    stream_.async_write_some(whole, asio::buffer(message_.data(), size),
                             [self = shared_from_this(), size, whole](beast::error_code error, std::size_t) {
                               if (error) {
                                 return;
                               }
                               self->message_.consume(size);
                               if (!whole) {
                                 return self->write();
                               }
                               self->counters_.web_socket_message();
                               self->read();
                             });
  }

  void misbehave() {
    asio::async_write(stream_.next_layer(), asio::buffer(*manners_.instead), [self = shared_from_this()](beast::error_code, std::size_t) {
      beast::error_code ignored;
      self->stream_.next_layer().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
      self->linger();
    });
  }

  // Holds the connection, and takes what comes without a look at it, until the client ends it.
  void linger() {
    timer_.expires_after(kPatience);
    timer_.async_wait([self = shared_from_this()](beast::error_code error) {
      if (!error) {
        self->stream_.next_layer().close(error);
      }
    });
    discard();
  }

  void discard() {
    stream_.next_layer().async_read_some(asio::buffer(discarded_), [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error) {
        return self->discard();
      }
      self->timer_.cancel();
    });
  }

  websocket::stream<asio::ip::tcp::socket> stream_;
  asio::steady_timer timer_;
  std::string received_;
  std::string protocol_;
  Manners manners_;
  beast::flat_buffer message_;
  std::array<char, 4096> discarded_{};
  Counters& counters_;
  Counters::Open open_;
};

}  // namespace

void start_websocket_echo(asio::ip::tcp::socket socket, std::string received, Counters& counters, Counters::Open open) {
  std::make_shared<EchoSession>(std::move(socket), std::move(received), counters, std::move(open))->start();
}

}  // namespace loads::target
