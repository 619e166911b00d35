#include "proto/frame_stream.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace loads::proto {
namespace {

using namespace std::string_view_literals;

// A stream, and the bare socket at its other end.
struct Pair {
  Pair() : Pair(make()) {}
  explicit Pair(std::pair<int, int> ends) : stream(Descriptor(ends.first)), peer(ends.second) {}

  static std::pair<int, int> make() {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("socketpair");
    return {ends[0], ends[1]};
  }
  void write(std::string_view bytes) const {
    ASSERT_EQ(::write(peer.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  std::optional<std::string> next() {
    stream.receive();
    return stream.next();
  }

  FrameStream stream;
  Descriptor peer;
};

TEST(FrameStream, WritesTheLengthLittleEndianAndTheBytes) {
  Pair pair;
  ASSERT_TRUE(pair.stream.send(std::string(258, 'x')));
  char bytes[300];
  ASSERT_EQ(::read(pair.peer.get(), bytes, sizeof bytes), 262);
  EXPECT_EQ(std::string_view(bytes, 5), "\x02\x01\0\0x"sv);
}

TEST(FrameStream, AFrameInPiecesIsOneFrame) {
  Pair pair;
  pair.write("\x03\0"sv);
  EXPECT_FALSE(pair.next());
  pair.write("\0\0ab"sv);
  EXPECT_FALSE(pair.next());
  pair.write("c");
  EXPECT_EQ(pair.next(), "abc");
  EXPECT_FALSE(pair.next());
  EXPECT_FALSE(pair.stream.ended());
}

TEST(FrameStream, SeveralFramesInOnePieceAreSeveral) {
  Pair pair;
  pair.write("\x01\0\0\0a\0\0\0\0\x02\0\0\0bc"sv);
  EXPECT_EQ(pair.next(), "a");
  EXPECT_EQ(pair.stream.next(), "");
  EXPECT_EQ(pair.stream.next(), "bc");
  EXPECT_FALSE(pair.stream.next());
}

TEST(FrameStream, WhatCameBeforeTheEndIsStillGiven) {
  Pair pair;
  pair.write("\x01\0\0\0a\x05\0\0\0to"sv);
  pair.peer = Descriptor();
  EXPECT_EQ(pair.next(), "a");
  EXPECT_FALSE(pair.stream.next());
  EXPECT_TRUE(pair.stream.ended());
  EXPECT_EQ(pair.stream.error(), "");
}

TEST(FrameStream, AHostileLengthEndsTheStreamAndTakesNoMemory) {
  for (const std::string_view head : {"\xff\xff\xff\xff"sv, "\x01\0\x10\0"sv}) {
    Pair pair;
    pair.write(head);
    EXPECT_FALSE(pair.next());
    EXPECT_TRUE(pair.stream.ended());
    EXPECT_NE(pair.stream.error(), "");
    pair.write("\x01\0\0\0a"sv);
    EXPECT_FALSE(pair.next()) << "nothing after it is believed";
  }
}

TEST(FrameStream, TheLargestFrameGoesThroughASmallSocket) {
  const auto [one, other] = Pair::make();
  FrameStream from{Descriptor(one)};
  FrameStream to{Descriptor(other)};
  const std::string largest(FrameStream::kMaxFrame, 'y');
  EXPECT_FALSE(from.send(largest + "y"));
  EXPECT_EQ(from.unsent(), 0U);
  ASSERT_TRUE(from.send(largest));
  ASSERT_TRUE(from.send("after"));
  EXPECT_GT(from.unsent(), 0U) << "the socket's buffer is smaller than that";
  std::optional<std::string> frame;
  for (int turn = 0; turn < 1000 && !frame; ++turn) {
    to.receive();
    frame = to.next();
    from.flush();
  }
  EXPECT_TRUE(frame == largest);
  to.receive();
  EXPECT_EQ(to.next(), "after");
  EXPECT_EQ(from.unsent(), 0U);
}

TEST(FrameStream, ReadsNoFurtherAheadThanAFrame) {
  Pair pair;
  const int large = 8 << 20;
  ::setsockopt(pair.peer.get(), SOL_SOCKET, SO_SNDBUFFORCE, &large, sizeof large);
  FrameStream writer{Descriptor(::dup(pair.peer.get()))};
  const std::string half(FrameStream::kMaxFrame / 2, 'z');
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(writer.send(half));
  pair.stream.receive();
  int given = 0;
  while (pair.stream.next()) ++given;
  EXPECT_LE(given, 2);
}

TEST(FrameStream, SendingToAPeerThatHasGoneIsNoTrouble) {
  Pair pair;
  pair.write("\x01\0\0\0a"sv);
  pair.peer = Descriptor();
  EXPECT_TRUE(pair.stream.send("nobody reads this"));
  EXPECT_TRUE(pair.stream.send("nor this"));
  EXPECT_EQ(pair.stream.unsent(), 0U);
  EXPECT_EQ(pair.next(), "a");
  EXPECT_TRUE(pair.stream.ended());
}

TEST(FrameStream, TheEndOfSendingLeavesReceivingOpen) {
  const auto [one, other] = Pair::make();
  FrameStream agent{Descriptor(one)};
  FrameStream worker{Descriptor(other)};
  agent.end_sending();
  worker.receive();
  EXPECT_TRUE(worker.ended());
  ASSERT_TRUE(worker.send("last words"));
  agent.receive();
  EXPECT_EQ(agent.next(), "last words");
  EXPECT_FALSE(agent.ended());
}

}  // namespace
}  // namespace loads::proto
