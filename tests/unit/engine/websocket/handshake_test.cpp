#include "engine/websocket/handshake.h"

#include <gtest/gtest.h>

#include <loads/error.h>

#include "support/client_harness.h"
#include "unit/engine/http/reception.h"

namespace loads::websocket {
namespace {

const std::string kKey = "dGhlIHNhbXBsZSBub25jZQ==";
const std::string kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const std::string kGood = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + kAccept + "\r\n";

Proposal proposal(const std::vector<std::string>& protocols = {}, const std::vector<std::string>& extensions = {}) {
  Proposal made = make_proposal({.protocols = protocols, .extensions = extensions});
  made.key = kKey;
  return made;
}

Agreement agreed(const std::string& headers, const Proposal& made = proposal()) {
  return read_answer(*http::receive("HTTP/1.1 101 Switching Protocols\r\n" + headers + "\r\n").answer, made);
}

TEST(Handshake, AcceptIsThatOfTheStandardsExample) { EXPECT_EQ(accept_of(kKey), kAccept); }

TEST(Handshake, AKeyIsSixteenBytesInBase64AndNeverTheSame) {
  EXPECT_EQ(make_key().size(), 24U);
  EXPECT_NE(make_key(), make_key());
}

TEST(Handshake, TheRequestSaysWhatIsProposed) {
  EXPECT_EQ(upgrade_headers(proposal()),
            (Pairs{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Key", kKey}, {"Sec-WebSocket-Version", "13"}}));
  const Pairs headers = upgrade_headers(proposal({"chat", "superchat"}, {"permessage-deflate; client_max_window_bits"}));
  EXPECT_EQ(headers[4], (std::pair<std::string, std::string>("Sec-WebSocket-Protocol", "chat, superchat")));
  EXPECT_EQ(headers[5], (std::pair<std::string, std::string>("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")));
}

TEST(Handshake, WhatCannotBeProposedIsRefused) {
  const auto error = [](const std::vector<std::string>& protocols, const std::vector<std::string>& extensions) {
    return support::message_of<InvalidRequest>([&] { make_proposal({.protocols = protocols, .extensions = extensions}); });
  };
  EXPECT_EQ(error({"a b"}, {}), "\"a b\" is not the name of a subprotocol");
  EXPECT_EQ(error({"a", "a"}, {}), "the subprotocol \"a\" stands there twice");
  EXPECT_EQ(error({"a\r\nX: y"}, {}), "\"a\r\nX: y\" is not the name of a subprotocol");
  EXPECT_EQ(error({}, {"foo"}), "the extension \"foo\" is not known: permessage-deflate is the only one");
}

TEST(Handshake, AGoodAnswerIsAccepted) {
  const Agreement plain = agreed(kGood);
  EXPECT_EQ(plain.error, "");
  EXPECT_EQ(plain.protocol, "");
  EXPECT_FALSE(plain.terms);
  EXPECT_EQ(
      agreed("upgrade: WebSocket\r\nConnection: keep-alive\r\nconnection: upgrade\r\nSec-WebSocket-Accept: " + kAccept + "\r\n").error, "");
}

TEST(Handshake, WhatTheServerChoosesIsKnown) {
  const Agreement chosen = agreed(kGood + "Sec-WebSocket-Protocol: superchat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n",
                                  proposal({"chat", "superchat"}, {"permessage-deflate"}));
  EXPECT_EQ(chosen.error, "");
  EXPECT_EQ(chosen.protocol, "superchat");
  EXPECT_TRUE(chosen.terms);
}

TEST(Handshake, AWrongAnswerIsRefusedInWords) {
  const std::string rest = "Connection: Upgrade\r\nSec-WebSocket-Accept: " + kAccept + "\r\n";
  EXPECT_EQ(agreed(rest).error, "the server's answer has no \"Upgrade: websocket\"");
  EXPECT_EQ(agreed("Upgrade: h2c\r\n" + rest).error, "the server's answer has no \"Upgrade: websocket\"");
  EXPECT_EQ(agreed("Upgrade: websocket\r\nSec-WebSocket-Accept: " + kAccept + "\r\n").error,
            "the server's answer has no \"Connection: Upgrade\"");
  EXPECT_EQ(agreed("Upgrade: websocket\r\nConnection: Upgrade\r\n").error,
            "the server's Sec-WebSocket-Accept does not belong to this request");
  EXPECT_EQ(agreed("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept_of("other") + "\r\n").error,
            "the server's Sec-WebSocket-Accept does not belong to this request");
  EXPECT_EQ(agreed(kGood + "Sec-WebSocket-Protocol: chat\r\n").error,
            "the server has chosen the subprotocol \"chat\", which was not offered");
  EXPECT_EQ(agreed(kGood + "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: b\r\n", proposal({"a", "b"})).error,
            "the server has chosen the subprotocol \"a, b\", which was not offered");
  EXPECT_EQ(agreed(kGood + "Sec-WebSocket-Extensions: foo\r\n").error,
            "the server's handshake is not valid: it has chosen the extension \"foo\", which was not offered");
}

TEST(Handshake, AnotherStatusIsQuotedWithWhatTheServerSays) {
  const auto error = [](const std::string& answer) { return read_answer(*http::receive(answer).answer, proposal()).error; };
  EXPECT_EQ(error("HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\n\r\nno such page"), "the server answered 404 Not Found: no such page");
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), "the server answered 200 OK");
  EXPECT_EQ(error("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\n\x1b[2J"), "the server answered 500 Oops");
}

}  // namespace
}  // namespace loads::websocket
