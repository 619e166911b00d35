#include "engine/http/exchange_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "common/utf8.h"
#include "engine/http/secret.h"
#include "unit/engine/http/reception.h"

namespace loads::http {
namespace {

using namespace std::string_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string answer_with(const std::string& body, const std::string& fields = "") {
  return shown_answer(
      *receive("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body).answer);
}

std::string shown_body(const std::string& body) {
  const std::string text = answer_with(body);
  return text.substr(text.find("\n\n") + 2);
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(ExchangeText, OfARequestIsItsHeadWithoutSecrets) {
  EXPECT_EQ(shown_request("POST /login HTTP/1.1\r\nHost: h\r\nAuthorization: Basic c2VjcmV0\r\ncookie: sid=secret\r\n"
                          "X-Api-Key: secret\r\nContent-Length: 15\r\n\r\npassword=secret"),
            "POST /login HTTP/1.1\nHost: h\nAuthorization: [hidden]\ncookie: [hidden]\nX-Api-Key: [hidden]\nContent-Length: 15\n");
}

TEST(ExchangeText, SurvivesWhatIsNoRequest) {
  EXPECT_EQ(shown_request(""), "");
  EXPECT_EQ(shown_request("GET / HTTP/1.1"), "GET / HTTP/1.1\n");
}

TEST(ExchangeText, OfAnAnswerIsItsHeadAndTheBeginningOfItsBody) {
  EXPECT_EQ(answer_with("one\r\ntwo", "Set-Cookie: sid=secret\r\n"),
            "HTTP/1.1 200 OK\nSet-Cookie: [hidden]\nContent-Length: 8\n\none\ntwo");
  EXPECT_EQ(answer_with(""), "HTTP/1.1 200 OK\nContent-Length: 0\n");
}

TEST(ExchangeText, OfNoAnswerIsEmpty) { EXPECT_EQ(shown_answer(message::Answer()), ""); }

TEST(ExchangeText, BytesThatAreNoTextAreEscaped) {
  EXPECT_EQ(shown_body("a\x1b[31m\0\x7f"s), "a\\x1b[31m\\x00\\x7f");
  EXPECT_EQ(shown_body("gr\xc3\xbc\xc3\x9f"
                       "e \xe2\x82\xac\t\n"),
            "gr\xc3\xbc\xc3\x9f"
            "e \xe2\x82\xac\t\n");
  EXPECT_EQ(shown_body("\xc3(\xff\xe2\x82"), "\\xc3(\\xff\\xe2\\x82");
  EXPECT_EQ(shown_body("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // half of a surrogate pair
  EXPECT_EQ(shown_body("a\rb\r\n"), "a\\x0db\n");
}

TEST(ExchangeText, IsBoundedAndUtf8WhateverComes) {
  for (const std::string& body : {std::string(100'000, 'x'), std::string(100'000, '\0'), std::string(100'000, '\xc3')}) {
    const std::string text = answer_with(body, "X-Long: " + std::string(30'000, 'y') + "\r\n");
    EXPECT_LE(text.size(), 2048U);
    EXPECT_GT(text.size(), 2000U);
    EXPECT_TRUE(is_utf8(text));
    EXPECT_THAT(text, EndsWith("...\n"));
    EXPECT_THAT(text, HasSubstr("\n\n"));  // a long head leaves room for the body
  }
  EXPECT_LE(shown_request("GET / HTTP/1.1\r\nA: " + std::string(30'000, 'y') + "\r\n\r\n").size(), 2048U);
}

TEST(ExchangeText, APackedBodyIsUnpacked) {
  EXPECT_THAT(answer_with(gzip("{\"error\": \"no stock\"}"), "Content-Encoding: gzip\r\n"), EndsWith("\n\n{\"error\": \"no stock\"}"));
}

TEST(ExchangeText, OfABombThereIsItsBeginning) {
  const std::string text = answer_with(gzip(std::string(50'000'000, 'b')), "Content-Encoding: gzip\r\n");
  EXPECT_LE(text.size(), 2048U);
  EXPECT_THAT(text, HasSubstr("\n\nbbbbbbbb"));
}

TEST(ExchangeText, ABodyThatCannotBeUnpackedIsShownAsItIs) {
  EXPECT_THAT(answer_with("not\x01gzip", "Content-Encoding: gzip\r\n"), EndsWith("\n\nnot\\x01gzip"));
}

TEST(Secret, IsWhatProvesWhoSomebodyIs) {
  for (const char* name : {"Authorization", "PROXY-AUTHORIZATION", "Cookie", "set-cookie", "X-CSRF-Token", "x-api-key", "Client-Secret"})
    EXPECT_TRUE(is_secret(name)) << name;
  for (const char* name : {"", "Host", "Sec-WebSocket-Key", "Content-Type", "Tokens"}) EXPECT_FALSE(is_secret(name)) << name;
}

}  // namespace
}  // namespace loads::http
