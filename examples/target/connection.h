#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "examples/target/counters.h"
#include "examples/target/input_buffer.h"
#include "examples/target/options.h"
#include "examples/target/reply.h"
#include "examples/target/request_reader.h"

namespace loads::target {

// One client's connection: reads its requests and carries out the replies, one after another. It lives as long as something of it is
// pending, on the thread that runs its socket's context. Options and counters outlive it.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, const Options& options, Counters& counters);
  void start() { serve(); }

 private:
  // Each returns true when its part is done, and false when it waits (its completion goes on) or the connection has ended.
  bool next_request();
  bool begin_reply();
  bool send_reply();
  bool end_reply();
  bool send_bytes();

  void serve();
  void resume();
  void read();
  void refuse(RequestReader::State state);
  void become_websocket();
  void wait(std::chrono::microseconds time);
  void close_when_idle(std::chrono::milliseconds time);
  void close_gently();
  void discard();
  void reset();
  void close();
  bool wait_for_room();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  const Options& options_;
  Counters& counters_;
  Counters::Open open_;
  InputBuffer input_;
  std::size_t head_size_ = 0;  // of the input: used by the request that was read last, and dropped when it is answered
  RequestReader reader_;
  Reply reply_;
  std::size_t sent_ = 0;  // of reply_.bytes
};

}  // namespace loads::target
