#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "common/descriptor.h"

namespace loads::agent {

// A loads-target in a process of its own, which counts its answers.
class Target {
 public:
  Target() {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    const Descriptor read_end(ends[0]);
    const Descriptor write_end(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string path = LOADS_BIN_DIR "/loads-target";
    std::string option = "--port";
    std::string number = "0";
    char* const arguments[] = {path.data(), option.data(), number.data(), nullptr};
    const int error = ::posix_spawn(&pid_, path.c_str(), &actions, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("posix_spawn " + path);
    port_ = read_port(read_end);
  }
  ~Target() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

  // The answers that it has given so far.
  std::uint64_t count() const {
    const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("connect");
    const std::string request = "GET /count HTTP/1.1\r\nHost: target\r\nConnection: close\r\n\r\n";
    if (::write(socket.get(), request.data(), request.size()) < 0) throw std::runtime_error("write");
    const std::string answer = read_all(socket);
    return std::strtoull(answer.c_str() + answer.find("\r\n\r\n") + 4, nullptr, 10);
  }

 private:
  static std::string read_all(const Descriptor& from) {
    std::string text;
    char buffer[1024];
    for (ssize_t got = 0; (got = ::read(from.get(), buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(got));
    return text;
  }

  static std::uint16_t read_port(const Descriptor& from) {  // "target on 127.0.0.1:4711\n"
    std::string line;
    for (char c = 0; c != '\n' && ::read(from.get(), &c, 1) == 1;) line += c;
    const auto colon = line.rfind(':');
    if (colon == std::string::npos) throw std::runtime_error("loads-target began with " + line);
    return static_cast<std::uint16_t>(std::strtoul(line.c_str() + colon + 1, nullptr, 10));
  }

  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace loads::agent
