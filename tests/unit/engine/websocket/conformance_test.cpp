// The cases of Autobahn's test suite for clients (github.com/crossbario/autobahn-testsuite), under its numbers, at a server that is
// scripted byte by byte. The client sends every message back. Compression, its cases 12 and 13, is tested at servers of other makers.

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <utility>
#include <vector>

#include <loads/error.h>

#include "unit/engine/websocket/socket_harness.h"

namespace loads::websocket {
namespace {

using namespace std::string_literals;
using support::close_frame;
using support::frame;
using support::Peer;
using support::PeerFrame;
using support::ping_frame;
using support::pong_frame;
using support::text_frame;

using Answers = std::vector<std::string>;  // "text Hello", "pong x", and in the end "close 1000"

struct Case {
  const char* number;
  std::string sent;
  Answers answers;    // to that
  std::string after;  // sent when they have come
  std::string close;  // the client's, which is the end
};

const std::string kHello = "Hello, world!";
const std::string kBytes = "\x00\xff\xfe\xfd\xfc\xfb\x00\xff"s;

Case good(const char* number, const std::string& sent, const Answers& answers) {
  return {number, sent, answers, close_frame(1000), "close 1000"};
}
Case good_echo(const char* number, const std::string& sent, const std::string& text) { return good(number, sent, {"text " + text}); }
Case bad(const char* number, const std::string& sent, const Answers& answers = {}) { return {number, sent, answers, {}, "close 1002"}; }
Case bad_text(const char* number, const std::string& sent) { return {number, sent, {}, {}, "close 1007"}; }
Case closing(const char* number, const std::string& sent, const std::string& close) { return {number, sent, {}, {}, close}; }

std::string in_words(const PeerFrame& frame) {
  switch (frame.first) {
    case 0x81: return "text " + frame.payload;
    case 0x82: return "binary " + frame.payload;
    case 0x88: return "close " + support::close_text(frame.payload);
    case 0x8a: return "pong " + frame.payload;
    default: return "frame " + std::to_string(frame.first);
  }
}

// What a client answers when the case comes to it in pieces of that size.
Answers answers_to(const Case& one, std::size_t piece) {
  std::promise<Answers> answers;
  support::ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    piece >= one.sent.size() ? peer.send(one.sent) : peer.send_slowly(one.sent, piece);
    Answers got;
    const auto read = [&] { got.push_back(in_words(support::read_frame(peer))); };
    while (got.size() < one.answers.size()) read();
    peer.send(one.after);
    while (got.empty() || !got.back().starts_with("close")) read();
    answers.set_value(got);
  });
  SocketHarness harness;
  Socket* open = nullptr;
  harness.run(
      server,
      [&](Socket& socket) {
        open = &socket;
        EXPECT_THROW(while (true) socket.receive(), ConnectionError);
      },
      {.timeout = std::chrono::seconds(20)}, [&](const Message& message) { open->send(message.binary, message.data); });
  return answers.get_future().get();
}

constexpr std::size_t kAtOnce = std::string::npos;

void check(const std::vector<Case>& cases, const std::vector<std::size_t>& pieces) {
  for (const Case& one : cases) {
    Answers expected = one.answers;
    expected.push_back(one.close);
    for (const std::size_t piece : pieces) EXPECT_TRUE(answers_to(one, piece) == expected) << one.number << ", pieces of " << piece;
  }
}

TEST(Conformance, Case1Framing) {
  std::vector<Case> cases;
  for (const std::size_t size : {0U, 125U, 126U, 127U, 128U, 65535U, 65536U}) {
    cases.push_back(good_echo("1.1", text_frame(std::string(size, '*')), std::string(size, '*')));
    cases.push_back(good("1.2", support::binary_frame(std::string(size, '\xfe')), {"binary " + std::string(size, '\xfe')}));
  }
  check(cases, {kAtOnce, 997});
}

TEST(Conformance, Case2PingsAndPongs) {
  const std::string longest(125, '\xfe');
  std::string ten;
  Answers ten_pongs;
  for (int i = 0; i < 10; ++i) {
    ten += ping_frame("payload-" + std::to_string(i));
    ten_pongs.push_back("pong payload-" + std::to_string(i));
  }
  check({good("2.1", ping_frame(""), {"pong "}), good("2.2", ping_frame(kHello), {"pong " + kHello}),
         good("2.3", ping_frame(kBytes), {"pong " + kBytes}), good("2.4", ping_frame(longest), {"pong " + longest}),
         bad("2.5", ping_frame(longest + "x")), good("2.7", pong_frame(""), {}), good("2.8", pong_frame("unsolicited"), {}),
         good("2.9", pong_frame("unsolicited") + ping_frame("ping"), {"pong ping"}), good("2.10", ten, ten_pongs)},
        {kAtOnce, 1});
}

TEST(Conformance, Case3ReservedBits) {
  const std::string echoed = text_frame(kHello);
  const Answers echo{"text " + kHello};
  check({bad("3.1", frame(0xc1, kHello)), bad("3.2", echoed + frame(0xa1, kHello) + ping_frame(""), echo),
         bad("3.3", echoed + frame(0xb1, kHello) + ping_frame(""), echo), bad("3.4", echoed + frame(0xc1, kHello) + ping_frame(""), echo),
         bad("3.5", frame(0xd2, kBytes)), bad("3.6", frame(0xe9, kHello)), bad("3.7", frame(0xf8, ""))},
        {kAtOnce, 1});
}

TEST(Conformance, Case4Opcodes) {
  std::vector<Case> cases;
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    const auto first = static_cast<std::uint8_t>(0x80U | opcode);
    cases.push_back(bad("4.1.1", frame(first, "")));
    cases.push_back(bad("4.1.2", frame(first, "reserved opcode payload")));
    cases.push_back(bad("4.1.3", text_frame(kHello) + frame(first, "") + ping_frame(""), {"text " + kHello}));
    cases.push_back(bad("4.1.4", text_frame(kHello) + frame(first, kHello) + ping_frame(""), {"text " + kHello}));
  }
  check(cases, {kAtOnce, 1});
}

TEST(Conformance, Case5Fragments) {
  const std::string two = frame(0x01, "one") + frame(0x80, "two");
  Case late = good("5.19", frame(0x01, "1") + frame(0x00, "2") + ping_frame("first"), {"pong first"});  // before the rest has come
  late.after = frame(0x00, "3") + frame(0x00, "4") + ping_frame("second") + frame(0x80, "5") + close_frame(1000);
  check({bad("5.1", frame(0x09, "one") + frame(0x80, "two")), bad("5.2", frame(0x0a, "one") + frame(0x80, "two")),
         good_echo("5.3", two, "onetwo"),
         good("5.6", frame(0x01, "one") + ping_frame("ping") + frame(0x80, "two"), {"pong ping", "text onetwo"}),
         bad("5.9", frame(0x80, "one") + text_frame(kHello)), bad("5.12", frame(0x00, "one") + text_frame(kHello)),
         bad("5.15", two + frame(0x00, "three") + text_frame("four"), {"text onetwo"}),
         bad("5.16", frame(0x00, "one") + text_frame("two") + frame(0x80, "three")),
         bad("5.17", frame(0x80, "one") + text_frame("two") + frame(0x80, "three")), bad("5.18", frame(0x01, "one") + frame(0x81, "two"))},
        {kAtOnce, 1});
  EXPECT_EQ(answers_to(late, kAtOnce), (Answers{"pong first", "pong second", "text 12345", "close 1000"}));
}

// The whole text in frames of a byte each.
std::string in_single_bytes(const std::string& text) {
  std::string frames = frame(0x01, text.substr(0, 1));
  for (std::size_t at = 1; at < text.size(); ++at) frames += frame(at + 1 == text.size() ? 0x80 : 0x00, text.substr(at, 1));
  return frames;
}

TEST(Conformance, Case6Utf8) {
  const std::string german = "Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!";
  const std::string greek = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";
  const std::string surrogate = greek + "\xed\xa0\x80" + "edited";
  const std::string too_high = greek + "\xf4\x90\x80\x80";
  check({good_echo("6.1.1", text_frame(""), ""), good_echo("6.1.2", frame(0x01, "") + frame(0x00, "") + frame(0x80, ""), ""),
         good_echo("6.1.3", frame(0x01, "") + frame(0x00, "middle") + frame(0x80, ""), "middle"),
         good_echo("6.2.1", text_frame(german), german),
         good_echo("6.2.2", frame(0x01, german.substr(0, 12)) + frame(0x80, german.substr(12)), german),
         good_echo("6.2.3", in_single_bytes(german), german), good_echo("6.2.4", in_single_bytes(greek), greek),
         bad_text("6.3.1", text_frame(surrogate)), bad_text("6.3.2", in_single_bytes(surrogate)),
         // Refused at once: nothing more of the message comes.
         bad_text("6.4.1", frame(0x01, greek) + frame(0x00, "\xf4\x90\x80\x80")),
         bad_text("6.4.2", frame(0x01, greek + "\xf4") + frame(0x00, "\x90")),
         bad_text("6.4.3", text_frame(too_high + "edited").substr(0, 2 + too_high.size())),
         bad_text("6.4.4", text_frame(too_high + "edited").substr(0, 2 + greek.size() + 2)),
         good_echo("6.7", text_frame("\x00\x7f\xc2\x80\xdf\xbf"s), "\x00\x7f\xc2\x80\xdf\xbf"s),
         good_echo("6.22", text_frame("\xef\xbf\xbe\xef\xbf\xbf\xf4\x8f\xbf\xbf"), "\xef\xbf\xbe\xef\xbf\xbf\xf4\x8f\xbf\xbf"),
         bad_text("6.8", text_frame("\xce")), bad_text("6.10", text_frame("\xf8\x88\x80\x80\x80")),
         bad_text("6.14", text_frame("\xc0\xaf")), bad_text("6.21", text_frame("\xed\xad\xbf\xed\xb0\x80"))},
        {kAtOnce, 1});
}

TEST(Conformance, Case7Closing) {
  const std::string end = close_frame(1000);
  const std::string longest(123, '*');
  std::vector<Case> cases{
      good_echo("7.1.1", text_frame(kHello), kHello),
      closing("7.1.2", end + frame(0x88, ""), "close 1000"),
      closing("7.1.3", end + ping_frame(""), "close 1000"),
      closing("7.1.4", end + text_frame(kHello), "close 1000"),
      closing("7.1.5", frame(0x01, "one") + end + frame(0x80, "two"), "close 1000"),
      closing("7.3.1", frame(0x88, ""), "close "),
      closing("7.3.2", frame(0x88, "a"), "close 1002"),
      closing("7.3.3", end, "close 1000"),
      closing("7.3.4", close_frame(1000, kHello), "close 1000"),
      closing("7.3.5", close_frame(1000, longest), "close 1000"),
      closing("7.3.6", close_frame(1000, longest + "*"), "close 1002"),
      closing("7.5.1", close_frame(1000, "\xce\xba\xe1\xbd\xb9\xed\xa0\x80"), "close 1007"),
  };
  for (const std::uint16_t code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
    cases.push_back(closing("7.7", close_frame(code), "close " + std::to_string(code)));
  }
  for (const std::uint16_t code : {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535}) {
    cases.push_back(closing("7.9 and 7.13", close_frame(code), "close 1002"));
  }
  check(cases, {kAtOnce, 1});
}

TEST(Conformance, Case7AMessageBeforeTheCloseFrameIsAnsweredBeforeIt) {
  const std::string large(256U << 10U, 'x');
  const Case both{"7.1.6",
                  text_frame(large) + text_frame(kHello) + close_frame(1000) + ping_frame(""),
                  {"text " + large, "text " + kHello},
                  {},
                  "close 1000"};
  check({both}, {kAtOnce, 4096});
}

std::string in_frames_of(std::size_t size, std::uint8_t opcode, const std::string& all) {
  std::string frames;
  for (std::size_t at = 0; at < all.size(); at += size) {
    const unsigned first = (at == 0 ? opcode : 0U) | (at + size >= all.size() ? 0x80U : 0U);
    frames += frame(static_cast<std::uint8_t>(first), all.substr(at, size));
  }
  return frames;
}

TEST(Conformance, Case9And10Limits) {
  const std::string four(4U << 20U, '*');
  const std::string sixteen(16U << 20U, '*');
  std::vector<Case> cases{good_echo("9.1.6", text_frame(sixteen), sixteen),
                          good("9.2.6", support::binary_frame(sixteen), {"binary " + sixteen})};
  for (const std::size_t size : {64U, 4096U, 1U << 20U}) {
    cases.push_back(good_echo("9.3", in_frames_of(size, 0x01, four), four));
    cases.push_back(good("9.4", in_frames_of(size, 0x02, four), {"binary " + four}));
  }
  const std::string some(65536, '*');
  cases.push_back(good_echo("10.1.1", in_frames_of(1300, 0x01, some), some));
  check(cases, {kAtOnce});
  check({good_echo("9.5.1", text_frame(some), some)}, {64});
}

TEST(Conformance, Case9ManyMessages) {
  std::string messages;
  Answers echoes;
  for (int i = 0; i < 1000; ++i) {
    messages += text_frame(std::string(64, '*'));
    echoes.push_back("text " + std::string(64, '*'));
  }
  check({good("9.7.3", messages, echoes)}, {kAtOnce});
}

}  // namespace
}  // namespace loads::websocket
