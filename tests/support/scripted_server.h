#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace loads::support {

// What a server has seen and done.
struct Counts {
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> requests{0};
  std::atomic<std::size_t> closed{0};      // connections, by this side
  std::atomic<std::uint64_t> received{0};  // bytes
  std::atomic<std::uint64_t> sent{0};
};

// One connection as the server sees it: plain bytes over a blocking socket, so that a client is tested against the protocol and not
// against a library that knows it. A wait for bytes that do not come ends after ten seconds. Used by one thread, that of its script.
class Peer {
 public:
  struct Gone {};  // thrown when the other side has closed, or the server stops; ends the script

  Peer(int socket, std::size_t index, Counts& counts) : socket_(socket), index_(index), counts_(counts) {}
  ~Peer() { close(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  std::size_t index() const { return index_; }  // 0: the first connection

  // The next request with its body (of a Content-Length); counts it.
  std::string read_request() {
    const std::string head = read_head();
    const auto length = head.find("\r\nContent-Length: ");
    return length == std::string::npos ? head : head + read(std::strtoull(head.c_str() + length + 18, nullptr, 10));
  }
  std::string read_head() {
    std::size_t end = 0;
    while ((end = unread_.find("\r\n\r\n")) == std::string::npos) receive_more();
    ++counts_.requests;
    return take(end + 4);
  }
  std::size_t unread() const { return unread_.size(); }  // bytes that have come with those that were read
  std::string read(std::size_t bytes) {
    while (unread_.size() < bytes) receive_more();
    return take(bytes);
  }

  void send(std::string_view bytes) {
    counts_.sent += bytes.size();  // before the other side can have them
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        counts_.sent -= bytes.size();
        throw Gone{};
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // In pieces that arrive one after another.
  void send_slowly(std::string_view bytes, std::size_t piece = 1) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
      send(bytes.substr(0, piece));
      std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
  }

  void close() {
    const std::lock_guard lock(mutex_);
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  void reset() {
    const linger at_once{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }
  void wait_until_closed() {  // by the other side
    try {
      while (true) receive_more();
    } catch (const Gone&) {
    }
  }

  int descriptor() const { return socket_; }  // for what speaks on it instead

  // From any thread: ends whatever the script waits for.
  void cut() {
    const std::lock_guard lock(mutex_);
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
  }

 private:
  std::string take(std::size_t bytes) {
    std::string taken = unread_.substr(0, bytes);
    unread_.erase(0, bytes);
    return taken;
  }
  void receive_more() {
    char buffer[16384];
    const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
    if (got <= 0) throw Gone{};
    counts_.received += static_cast<std::uint64_t>(got);
    unread_.append(buffer, static_cast<std::size_t>(got));
  }

  std::mutex mutex_;  // of closing: the number may be another socket's right after
  int socket_;
  std::size_t index_;
  Counts& counts_;
  std::string unread_;
};

// A server on loopback that does with each connection what a script says, on a thread for each. The connection is closed when the script
// returns. The destructor cuts the connections off and waits for the scripts.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;

  explicit ScriptedServer(Script script, int family = AF_INET) : script_(std::move(script)), family_(family) {
    listener_ = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* address = family == AF_INET6 ? reinterpret_cast<sockaddr*>(&v6) : reinterpret_cast<sockaddr*>(&v4);
    socklen_t size = family == AF_INET6 ? sizeof v6 : sizeof v4;
    if (::bind(listener_, address, size) != 0 || ::listen(listener_, 1024) != 0) throw std::runtime_error("cannot listen");
    getsockname(listener_, address, &size);
    port_ = ntohs(family == AF_INET6 ? v6.sin6_port : v4.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (const auto& peer : peers_) peer->cut();
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string address() const { return (family_ == AF_INET6 ? "[::1]:" : "127.0.0.1:") + std::to_string(port_); }
  std::string url(std::string_view path = "/") const { return "http://" + address() + std::string(path); }

  std::size_t connections() const { return counts_.connections; }
  std::size_t requests() const { return counts_.requests; }
  std::size_t closed() const { return counts_.closed; }
  std::uint64_t bytes_received() const { return counts_.received; }
  std::uint64_t bytes_sent() const { return counts_.sent; }

 private:
  void accept_all() {
    while (true) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      const int on = 1;
      const timeval limit{10, 0};
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
      setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
      peers_.push_back(std::make_unique<Peer>(socket, counts_.connections++, counts_));
      threads_.emplace_back([this, &peer = *peers_.back()] { serve(peer); });
    }
  }

  void serve(Peer& peer) {
    try {
      script_(peer);
    } catch (const Peer::Gone&) {
    }
    peer.close();
    ++counts_.closed;
  }

  Script script_;
  int family_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  Counts counts_;
  std::vector<std::unique_ptr<Peer>> peers_;  // this and threads_ are the acceptor's until it has ended
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// A script that answers every request of a connection with the same bytes.
inline ScriptedServer::Script answer_all(std::string answer) {
  return [answer = std::move(answer)](Peer& peer) {
    while (true) {
      peer.read_request();
      peer.send(answer);
    }
  };
}

// A port on which nobody listens: one that was given by the system a moment ago.
inline std::uint16_t unused_port() {
  return ScriptedServer([](Peer&) {}).port();
}

}  // namespace loads::support
