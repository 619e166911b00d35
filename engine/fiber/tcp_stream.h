#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/descriptor.h"
#include "engine/fiber/loop.h"

namespace loads::fiber {

// How a socket call of a TcpStream ended. `error` is an errno, set when `end` is failed.
struct [[nodiscard]] IoResult {
  enum class End : std::uint8_t { done, closed, timed_out, failed };

  End end = End::done;
  int error = 0;
  std::size_t bytes = 0;

  bool ok() const { return end == End::done; }
};

// A TCP connection whose calls suspend the running fiber until they are done or the fiber's deadline has come; a peer that keeps up with
// them keeps neither the deadline nor the other fibers waiting. One fiber may send while another one receives. They throw Cancelled and
// nothing else.
class TcpStream {
 public:
  explicit TcpStream(Loop& loop) : loop_(loop) {}
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;

  IoResult connect(const sockaddr* address, socklen_t length);  // closes what was open
  IoResult send(std::string_view bytes);                        // all of them
  bool wait_readable() { return loop_.wait_readable(watch_); }  // false when the deadline came first
  IoResult receive(std::span<char> buffer);                     // at least one byte; End::closed at the end of the stream
  void close() { socket_.reset(); }

  // For a fiber that serves the stream while nobody else does: is made ready when there is something to read, without waiting for it here.
  void set_reader(Fiber* reader) { watch_.reader = reader; }
  bool may_have_input() const { return watch_.readable; }
  void shut_down();  // both ways: whoever sends or receives finds the end of the stream

  bool is_open() const { return socket_.is_open(); }
  int descriptor() const { return socket_.get(); }

  // Whether the peer has closed a connection that is idle, or has said something unasked: nothing can be sent on it any more. No system
  // call unless epoll has reported something.
  bool is_stale();

 private:
  IoResult open_socket(int family);
  IoResult finish_connect();
  bool take_turns();

  Loop& loop_;
  Descriptor socket_;
  Watch watch_;
  unsigned in_a_row_ = 0;  // calls since the socket was last found empty or full
};

}  // namespace loads::fiber
