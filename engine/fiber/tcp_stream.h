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

// A connection, over TCP or a Unix socket, whose calls suspend the running fiber until they are done or the fiber's deadline has come; a
// peer that keeps up with them keeps neither the deadline nor the other fibers waiting. One fiber may receive while another sends. They
// throw Cancelled and nothing else.
class TcpStream {
 public:
  explicit TcpStream(Loop& loop) : loop_(loop) {}
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;

  // Closes what was open. `local` is the address to come from, of the same family, its port 0; null: the system chooses.
  IoResult connect(const sockaddr* address, socklen_t length, const sockaddr* local = nullptr, socklen_t local_length = 0);
  IoResult send(std::string_view bytes);                        // all of them
  bool wait_readable() { return loop_.wait_readable(watch_); }  // false when the deadline came first
  IoResult receive(std::span<char> buffer);                     // at least one byte; End::closed at the end of the stream
  void close() { socket_.reset(); }

  // What a protocol between the socket and the caller is made of. These do not suspend: End::timed_out is "not now".
  IoResult try_send(std::string_view bytes);     // some of them
  IoResult try_receive(std::span<char> buffer);  // no system call unless epoll has reported something
  bool wait_for_more();                          // until try_receive() is worth calling; false when the deadline came first
  bool wait_for_room();                          // likewise for try_send()
  // For the one fiber that does both: likewise for either of them; for try_send() only while `for_room` is true.
  bool wait_for_either(const bool& for_room);
  bool has_room() const { return watch_.writable; }  // as far as is known
  bool take_turns();                                 // lets the others have theirs now and then; false when the deadline came meanwhile

  // For a fiber that serves the stream while nobody else does: it is made ready when there is something to read, and need not wait here.
  void set_reader(Fiber* reader) { watch_.reader = reader; }
  // For what is to be read while no fiber does; null: nothing. An open stream.
  void set_idle_reader(IdleReader* reader) { watch_.idle_reader = reader; }
  void shut_down();  // both ways: whoever sends or receives finds the end of the stream

  bool is_open() const { return socket_.is_open(); }
  int descriptor() const { return socket_.get(); }

  bool is_hung_up() const { return watch_.hung_up; }  // the peer sends no more
  bool has_more() const { return watch_.readable; }   // as far as epoll has said
  Loop& loop() { return loop_; }

  // Whether the peer has closed a connection that is idle, or has said something unasked: nothing can be sent on it any more. No system
  // call unless epoll has reported something.
  bool is_stale();

 private:
  IoResult send_now(std::string_view bytes);
  IoResult receive_now(std::span<char> buffer);
  IoResult open_socket(int family);
  IoResult bind_to(const sockaddr* local, socklen_t length);
  IoResult finish_connect();

  Loop& loop_;
  Descriptor socket_;
  Watch watch_;
  unsigned in_a_row_ = 0;  // calls since the socket was last found empty or full
};

}  // namespace loads::fiber
