// The target: a server that costs next to nothing and knows to the nanosecond what it was asked. One thread, epoll, any port; every request
// gets the same answer of 100 bytes, except
//
//   GET /stats   {"requests": N, "connections": N, "first_ns": T, "last_ns": T}, the times on the clock CLOCK_MONOTONIC; not counted itself
//
// A request has to come in one piece, as every client here sends it: what does not end in an empty line ends its connection.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>

namespace {

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

void raise_descriptor_limit() {
  rlimit limit{};
  checked(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  checked(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string answer(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

class Target {
 public:
  Target()
      : answer_(answer(std::string(100, 'x'))),
        epoll_(checked(epoll_create1(0), "epoll_create1")),
        listener_(checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket")) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    checked(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
    checked(listen(listener_, 65535), "listen");
    watch(listener_);
  }

  std::uint16_t port() const {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    checked(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
    return ntohs(address.sin_port);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 512> events{};
    while (true) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      if (count < 0 && errno == EINTR) continue;  // it was stopped, and goes on
      checked(count, "epoll_wait");
      for (int i = 0; i < count; ++i) {
        const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
        descriptor == listener_ ? accept_all() : serve(descriptor);
      }
    }
  }

 private:
  void watch(int descriptor) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
  }

  void accept_all() {
    for (int descriptor = 0; (descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      const int on = 1;
      setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(descriptor);
      ++connections_;
    }
  }

  void serve(int descriptor) {
    const ssize_t received = recv(descriptor, buffer_.data(), buffer_.size(), 0);
    const std::string_view request(buffer_.data(), received > 0 ? static_cast<std::size_t>(received) : 0);
    if (!request.ends_with("\r\n\r\n")) {
      close(descriptor);
      return;
    }
    if (request.starts_with("GET /stats ")) return send_all(descriptor, answer(stats()));
    last_ns_ = now_ns();
    if (requests_++ == 0) first_ns_ = last_ns_;
    send_all(descriptor, answer_);
  }

  // A client that takes no answers loses its connection.
  static void send_all(int descriptor, std::string_view text) {
    if (send(descriptor, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) close(descriptor);
  }

  std::string stats() const {
    return "{\"requests\": " + std::to_string(requests_) + ", \"connections\": " + std::to_string(connections_) +
           ", \"first_ns\": " + std::to_string(first_ns_) + ", \"last_ns\": " + std::to_string(last_ns_) + "}\n";
  }

  const std::string answer_;
  const int epoll_;
  const int listener_;
  std::array<char, 64 * 1024> buffer_{};
  std::uint64_t requests_ = 0;
  std::uint64_t connections_ = 0;
  std::int64_t first_ns_ = 0;
  std::int64_t last_ns_ = 0;
};

}  // namespace

int main() {
  try {
    raise_descriptor_limit();
    Target target;
    std::cout << target.port() << std::endl;
    target.run();
  } catch (const std::exception& error) {
    std::cerr << "bench-target: " << error.what() << '\n';
    return 1;
  }
}
