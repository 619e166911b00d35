#include "proto/frame_stream.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace loads::proto {
namespace {

constexpr std::size_t kHead = 4;
constexpr std::size_t kRead = std::size_t{64} * 1024;
constexpr std::size_t kCompactAt = std::size_t{256} * 1024;  // bytes at the front that were dealt with

std::array<char, kHead> head_of(std::size_t size) {
  return {static_cast<char>(size), static_cast<char>(size >> 8U), static_cast<char>(size >> 16U), static_cast<char>(size >> 24U)};
}

// Moving the rest to the front for every frame would cost the square of what is waiting.
void forget_front(std::string& buffer, std::size_t& begin) {
  if (begin == buffer.size()) {
    buffer.clear();
    begin = 0;
  } else if (begin >= kCompactAt) {
    buffer.erase(0, begin);
    begin = 0;
  }
}

bool would_wait(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

FrameStream::FrameStream(Descriptor socket) : socket_(std::move(socket)) {
  const int flags = ::fcntl(socket_.get(), F_GETFL);
  if (flags < 0 || ::fcntl(socket_.get(), F_SETFL, flags | O_NONBLOCK) != 0)
    throw std::system_error(errno, std::generic_category(), "a socket between agent and worker");
}

bool FrameStream::send(std::string_view message) {
  if (message.size() > kMaxFrame) return false;
  if (broken_) return true;
  const auto head = head_of(message.size());
  out_.append(head.data(), head.size());
  out_.append(message);
  flush();
  return true;
}

void FrameStream::flush() {
  while (unsent() > 0) {
    const ssize_t sent = ::send(socket_.get(), out_.data() + out_begin_, unsent(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && would_wait(errno)) break;
    if (sent < 0) {
      // Reading goes on: what the peer has sent before it went is worth having, and says when it is over.
      broken_ = true;
      out_begin_ = out_.size();
      break;
    }
    out_begin_ += static_cast<std::size_t>(sent);
  }
  forget_front(out_, out_begin_);
}

std::size_t FrameStream::length_at_front() const {
  std::size_t length = 0;
  for (std::size_t i = 0; i < kHead; ++i) length |= static_cast<std::size_t>(static_cast<unsigned char>(in_[in_begin_ + i])) << (8 * i);
  return length;
}

bool FrameStream::holds_frame() const {
  const std::size_t waiting = in_.size() - in_begin_;
  return waiting >= kHead && waiting - kHead >= length_at_front();
}

void FrameStream::receive() {
  while (!ended_ && in_.size() - in_begin_ < kHead + kMaxFrame) {
    const std::size_t before = in_.size();
    in_.resize(before + kRead);
    const ssize_t got = ::recv(socket_.get(), in_.data() + before, kRead, 0);
    const int error = errno;
    in_.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got > 0 || (got < 0 && error == EINTR)) continue;
    if (got < 0 && would_wait(error)) return;
    // A peer that dies with something unread resets the connection: that is an end like any other.
    end(got == 0 || error == ECONNRESET ? "" : std::generic_category().message(error));
  }
}

std::optional<std::string> FrameStream::next() {
  if (in_.size() - in_begin_ >= kHead && length_at_front() > kMaxFrame) {
    end("it announced a message of " + std::to_string(length_at_front()) + " bytes, which is more than any has");
    in_begin_ = in_.size();
  }
  if (!holds_frame()) return {};
  std::string frame = in_.substr(in_begin_ + kHead, length_at_front());
  in_begin_ += kHead + frame.size();
  forget_front(in_, in_begin_);
  return frame;
}

void FrameStream::end(std::string error) {
  if (!ended_) error_ = std::move(error);
  ended_ = true;
}

void FrameStream::end_sending() { ::shutdown(socket_.get(), SHUT_WR); }

}  // namespace loads::proto
