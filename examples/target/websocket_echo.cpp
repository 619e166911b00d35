#include "examples/target/websocket_echo.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <memory>

namespace loads::target {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

class EchoSession : public std::enable_shared_from_this<EchoSession> {
 public:
  EchoSession(boost::asio::ip::tcp::socket socket, std::string received, Counters& counters, Counters::Open open)
      : stream_(std::move(socket)), received_(std::move(received)), counters_(counters), open_(std::move(open)) {}

  void start() {
    stream_.async_accept(boost::asio::buffer(received_), [self = shared_from_this()](beast::error_code error) {
      if (!error) {
        self->counters_.web_socket();
        self->read();
      }
    });
  }

 private:
  void read() {
    stream_.async_read(message_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error) {
        self->write();
      }
    });
  }

  void write() {
    stream_.text(stream_.got_text());
    stream_.async_write(message_.data(), [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error) {
        self->counters_.web_socket_message();
        self->message_.consume(self->message_.size());
        self->read();
      }
    });
  }

  websocket::stream<boost::asio::ip::tcp::socket> stream_;
  std::string received_;
  beast::flat_buffer message_;
  Counters& counters_;
  Counters::Open open_;
};

}  // namespace

void start_websocket_echo(boost::asio::ip::tcp::socket socket, std::string received, Counters& counters, Counters::Open open) {
  std::make_shared<EchoSession>(std::move(socket), std::move(received), counters, std::move(open))->start();
}

}  // namespace loads::target
