#include "runner/calibrate/loopback_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <unordered_map>

#include "common/failure.h"

namespace loads::runner {
namespace {

constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr int kLookPeriod = 50;  // ms, at whether it is to end

[[noreturn]] void fail(const char* what) {
  throw Failure(exit_code::local_resource,
                std::string("cannot serve on the loopback address: ") + what + ": " + std::generic_category().message(errno) + ".",
                "calibration");
}

// Several may listen at one port: the kernel deals connections to them.
Descriptor listen_at(std::uint16_t& port) {
  Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  sockaddr_in address{};
  socklen_t size = sizeof address;
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (!listener.is_open() || ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) fail("socket");
  if (::bind(listener.get(), any, size) != 0 || ::listen(listener.get(), SOMAXCONN) != 0) fail("listen");
  if (::getsockname(listener.get(), any, &size) != 0) fail("getsockname");
  port = ntohs(address.sin_port);
  return listener;
}

// A connection, and how much of the end of a head has come.
class Connection {
 public:
  explicit Connection(Descriptor socket) : socket_(std::move(socket)) {}

  // False: it is over.
  bool answer() {
    std::array<char, 16384> bytes{};
    const ssize_t got = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    std::size_t heads = 0;
    for (const char c : std::string_view(bytes.data(), static_cast<std::size_t>(got))) {
      matched_ = c == kEndOfHead[matched_] ? matched_ + 1 : c == kEndOfHead[0] ? 1 : 0;
      if (matched_ < kEndOfHead.size()) continue;
      matched_ = 0;
      ++heads;
    }
    return got > 0 && send(heads);
  }

 private:
  // A client that does not read its answers loses them.
  bool send(std::size_t times) const {
    for (; times > 0; --times) {
      if (::send(socket_.get(), kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(kAnswer.size())) return false;
    }
    return true;
  }

  Descriptor socket_;
  std::size_t matched_ = 0;
};

void watch(const Descriptor& epoll, int descriptor) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  static_cast<void>(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, descriptor, &event));
}

}  // namespace

LoopbackServer::LoopbackServer(std::uint32_t threads) {
  for (std::uint32_t i = 0; i < threads; ++i) listeners_.push_back(listen_at(port_));
  for (const Descriptor& listener : listeners_)
    threads_.emplace_back([&listener](const std::stop_token& ended) { serve(ended, listener); });
}

std::string LoopbackServer::url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

std::chrono::nanoseconds LoopbackServer::cpu_time() const {
  std::chrono::nanoseconds sum{};
  for (const std::jthread& thread : threads_) {
    clockid_t clock{};
    timespec time{};
    auto& handle = const_cast<std::jthread&>(thread);
    if (::pthread_getcpuclockid(handle.native_handle(), &clock) == 0 && ::clock_gettime(clock, &time) == 0)
      sum += std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }
  return sum;
}

void LoopbackServer::serve(const std::stop_token& ended, const Descriptor& listener) {
  const Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  std::unordered_map<int, Connection> connections;
  std::array<epoll_event, 64> events{};
  watch(epoll, listener.get());
  while (!ended.stop_requested()) {
    const int count = ::epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()), kLookPeriod);
    for (int i = 0; i < count; ++i) {
      const int ready = events.at(static_cast<std::size_t>(i)).data.fd;
      if (ready == listener.get()) {
        Descriptor socket(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!socket.is_open()) continue;
        const int on = 1;
        static_cast<void>(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
        const int number = socket.get();
        watch(epoll, number);
        connections.insert_or_assign(number, Connection(std::move(socket)));
      } else if (const auto found = connections.find(ready); found != connections.end() && !found->second.answer()) {
        connections.erase(found);
      }
    }
  }
}

}  // namespace loads::runner
