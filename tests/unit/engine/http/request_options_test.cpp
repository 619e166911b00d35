// What a request says on the wire, for everything that a test may ask for.

#include <loads/request_options.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include <loads/error.h>

#include "common/version.h"
#include "support/client_harness.h"
#include "support/scripted_server.h"

namespace loads::http {
namespace {

using support::ClientHarness;
using support::message_of;
using support::Peer;
using support::ScriptedServer;
using namespace std::string_literals;

// A server that answers each request with the request itself.
ScriptedServer::Script echo() {
  return [](Peer& peer) {
    while (true) {
      const std::string request = peer.read_request();
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(request.size()) + "\r\n\r\n" + request);
    }
  };
}

class RequestOptionsOnTheWire : public testing::Test {
 protected:
  std::string send(std::string_view method, std::string_view path, const RequestOptions& options = {}, std::string_view base = {}) {
    std::string echoed;
    harness_.run([&](Client& client) {
      set_up_(client);
      const std::string url = base.empty() ? server_.url(path) : std::string(path);
      Response response(client.request(method, base, url, &options));
      url_ = response.url();
      echoed = response.text();
    });
    return echoed;
  }
  std::string plain(std::string_view method) {
    std::string echoed;
    harness_.run([&](Client& client) {
      set_up_(client);
      echoed = Response(client.request(method, "", server_.url(), nullptr)).text();
    });
    return echoed;
  }
  std::string host() const { return "Host: " + server_.address() + "\r\n"; }
  std::string first_line(const std::string& request) const { return request.substr(0, request.find("\r\n")); }

  static inline const std::string kAccepts = "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept: */*\r\n";
  static inline const std::string kRest = "User-Agent: loads/" + std::string(version()) + "\r\n" + kAccepts;

  ScriptedServer server_{echo()};
  ClientHarness harness_;
  std::function<void(Client&)> set_up_ = [](Client&) {};
  std::string url_;
};

TEST_F(RequestOptionsOnTheWire, APlainRequestIsTheSameWithAndWithoutOptions) {
  EXPECT_EQ(plain("GET"), "GET / HTTP/1.1\r\n" + host() + kRest + "\r\n");
  EXPECT_EQ(send("GET", "/"), plain("GET"));
  EXPECT_EQ(plain("POST"), "POST / HTTP/1.1\r\n" + host() + kRest + "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(send("POST", "/"), plain("POST"));
  EXPECT_EQ(plain("DELETE"), "DELETE / HTTP/1.1\r\n" + host() + kRest + "\r\n");
}

TEST_F(RequestOptionsOnTheWire, ParamsAreEncodedAndAddedToTheQuery) {
  EXPECT_EQ(first_line(send("GET", "/s", {.params = {{"q", "a b&c=d"}, {"u", "\xc3\xa4/?"}}})),
            "GET /s?q=a+b%26c%3Dd&u=%C3%A4%2F%3F HTTP/1.1");
  EXPECT_EQ(first_line(send("GET", "/s?x=1", {.params = {{"q", "2"}}})), "GET /s?x=1&q=2 HTTP/1.1");
  EXPECT_EQ(first_line(send("GET", "/s?x=1#fragment?", {.params = {{"q", "2"}}})), "GET /s?x=1&q=2 HTTP/1.1");
  EXPECT_EQ(first_line(send("GET", "/s#fragment?", {.params = {{"q", "2"}}})), "GET /s?q=2 HTTP/1.1");
  EXPECT_EQ(first_line(send("GET", "/s?", {.params = {{"q", "2"}}})), "GET /s?q=2 HTTP/1.1");
  EXPECT_EQ(first_line(send("GET", "/s", {.params = {{"same", "1"}, {"same", "2"}, {"empty", ""}}})),
            "GET /s?same=1&same=2&empty= HTTP/1.1");
  EXPECT_EQ(url_, server_.url("/s?same=1&same=2&empty="));
}

TEST_F(RequestOptionsOnTheWire, ParamsOfOneRequestAreNotThoseOfTheNext) {
  harness_.run([&](Client& client) {
    const auto line = [&](const RequestOptions& options) {
      return first_line(std::string(support::request(client, "GET", server_.url("/s"), options).text()));
    };
    EXPECT_EQ(line({}), "GET /s HTTP/1.1");
    EXPECT_EQ(line({.params = {{"q", "1"}}}), "GET /s?q=1 HTTP/1.1");
    EXPECT_EQ(line({.params = {{"q", "2"}}}), "GET /s?q=2 HTTP/1.1");
    EXPECT_EQ(line({}), "GET /s HTTP/1.1");
  });
}

TEST_F(RequestOptionsOnTheWire, DataIsSentAsItIs) {
  const std::string bytes = "a=1\r\n\r\n\0\xff"s;
  EXPECT_EQ(send("POST", "/", {.data = bytes}), "POST / HTTP/1.1\r\n" + host() + kRest + "Content-Length: 9\r\n\r\n" + bytes);
  EXPECT_EQ(send("POST", "/", {.data = ""}), "POST / HTTP/1.1\r\n" + host() + kRest + "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(send("PUT", "/", {.data = "x"}), "PUT / HTTP/1.1\r\n" + host() + kRest + "Content-Length: 1\r\n\r\nx");
}

TEST_F(RequestOptionsOnTheWire, AFormIsEncoded) {
  EXPECT_EQ(send("POST", "/", {.data = {{"name", "Jos\xc3\xa9 & co"}, {"x", "1=2"}}}),
            "POST / HTTP/1.1\r\n" + host() + kRest +
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 29\r\n\r\nname=Jos%C3%A9+%26+co&x=1%3D2");
}

TEST_F(RequestOptionsOnTheWire, JsonIsSentWithItsType) {
  EXPECT_EQ(send("POST", "/", {.json = R"({"a":1})"}),
            "POST / HTTP/1.1\r\n" + host() + kRest + "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
  EXPECT_EQ(send("POST", "/", {.json = R"({"a":1})", .headers = {{"content-type", "application/vnd.x+json"}}}),
            "POST / HTTP/1.1\r\n" + host() + "content-type: application/vnd.x+json\r\n" + kRest + "Content-Length: 7\r\n\r\n{\"a\":1}");
  EXPECT_THAT(send("POST", "/", {.json = {{"q", "loads"}, {"n", Json::array({1, 2})}}}), testing::EndsWith("\r\n\r\n"
                                                                                                           R"({"n":[1,2],"q":"loads"})"));
  EXPECT_EQ(message_of<InvalidRequest>([&] { send("POST", "/", {.data = "a", .json = "{}"}); }), "a request has either .data or .json");
}

TEST_F(RequestOptionsOnTheWire, HeadersReplaceTheDefaultsInAnyCase) {
  EXPECT_EQ(send("GET", "/",
                 {.headers = {{"user-agent", "me"}, {"ACCEPT", "text/html"}, {"accept-encoding", "br"}, {"X-Two", "1"}, {"X-Two", "2"}}}),
            "GET / HTTP/1.1\r\n" + host() + "user-agent: me\r\nACCEPT: text/html\r\naccept-encoding: br\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n");
  EXPECT_EQ(send("GET", "/", {.headers = {{"User-Agent", ""}, {"Accept", ""}, {"Accept-Encoding", ""}}}),
            "GET / HTTP/1.1\r\n" + host() + "\r\n");
  EXPECT_EQ(send("GET", "/", {.headers = {{"host", "other.example"}}}), "GET / HTTP/1.1\r\nhost: other.example\r\n" + kRest + "\r\n");
}

TEST_F(RequestOptionsOnTheWire, ALengthOfTheTestsOwnIsTheOnlyOne) {
  EXPECT_EQ(send("POST", "/", {.data = "abc", .headers = {{"Content-Length", "3"}}}),
            "POST / HTTP/1.1\r\n" + host() + "Content-Length: 3\r\n" + kRest + "\r\nabc");
  EXPECT_EQ(send("POST", "/", {.headers = {{"content-length", "0"}}}),
            "POST / HTTP/1.1\r\n" + host() + "content-length: 0\r\n" + kRest + "\r\n");
}

TEST_F(RequestOptionsOnTheWire, HeadersOfTheSessionStandInEveryRequest) {
  set_up_ = [](Client& client) {
    client.set_header("X-Token", "first");
    client.set_header("x-token", "second");
    client.set_header("User-Agent", "me");
  };
  EXPECT_EQ(plain("GET"), "GET / HTTP/1.1\r\n" + host() + "x-token: second\r\nUser-Agent: me\r\n" + kAccepts + "\r\n");
  EXPECT_EQ(send("GET", "/", {.headers = {{"X-Token", "mine"}}}),
            "GET / HTTP/1.1\r\n" + host() + "X-Token: mine\r\nUser-Agent: me\r\n" + kAccepts + "\r\n");
  EXPECT_EQ(send("GET", "/", {.headers = {{"X-Token", ""}}}), "GET / HTTP/1.1\r\n" + host() + "User-Agent: me\r\n" + kAccepts + "\r\n");
}

TEST_F(RequestOptionsOnTheWire, ASessionHeaderIsTakenBackByAnEmptyValue) {
  set_up_ = [](Client& client) {
    client.set_header("X-Token", "first");
    client.set_header("X-Token", "");
  };
  EXPECT_EQ(plain("GET"), "GET / HTTP/1.1\r\n" + host() + kRest + "\r\n");
}

TEST(RequestHeaders, OfTheSettingsStandInEveryRequestUntilTheSessionReplacesThem) {
  ScriptedServer server(echo());
  auto settings = ClientHarness::quick();
  settings.headers = {{"X-Given", "by -H"}, {"Accept", "text/plain"}};
  ClientHarness harness(settings);
  harness.run([&](Client& client) {
    const auto echoed = [&] { return std::string(support::get(client, server.url()).text()); };
    EXPECT_NE(echoed().find("\r\nX-Given: by -H\r\nAccept: text/plain\r\n"), std::string::npos);
    client.set_header("x-given", "by the test");
    EXPECT_NE(echoed().find("\r\nAccept: text/plain\r\nx-given: by the test\r\n"), std::string::npos) << echoed();
    EXPECT_EQ(echoed().find("by -H"), std::string::npos);
  });
}

TEST_F(RequestOptionsOnTheWire, NothingCanEndALineEarly) {
  const auto refused = [&](const RequestOptions& options) { return message_of<InvalidRequest>([&] { send("GET", "/", options); }); };
  EXPECT_EQ(refused({.headers = {{"X", "a\r\nEvil: 1"}}}), "the value of the header X contains a line break or a NUL");
  EXPECT_EQ(refused({.headers = {{"X", "a\nEvil: 1"}}}), "the value of the header X contains a line break or a NUL");
  EXPECT_EQ(refused({.headers = {{"X", "a\0b"s}}}), "the value of the header X contains a line break or a NUL");
  EXPECT_NE(refused({.headers = {{"X: 1\r\nEvil", "a"}}}), "no exception");
  EXPECT_EQ(refused({.headers = {{"", "a"}}}), "\"\" is not a header name");
  EXPECT_NE(message_of<InvalidRequest>([&] { send("GET /evil HTTP/1.1\r\nX:", "/"); }), "no exception");
  EXPECT_NE(message_of<InvalidRequest>([&] { send("", "/"); }), "no exception");
  EXPECT_NE(message_of<InvalidRequest>([&] { send("GET", "/a\r\nEvil: 1"); }), "no exception");
  set_up_ = [](Client& client) { client.set_header("X", "a\r\nb"); };
  EXPECT_NE(message_of<InvalidRequest>([&] { plain("GET"); }), "no exception");
  EXPECT_EQ(server_.requests(), 0U);
}

TEST_F(RequestOptionsOnTheWire, CredentialsInTheUrlAreSentUnlessTheTestSendsItsOwn) {
  const std::string base = "http://tarek:s%3Acret@" + server_.address();
  EXPECT_THAT(send("GET", "/", {}, base), testing::HasSubstr("\r\nAuthorization: Basic dGFyZWs6czpjcmV0\r\n"));
  EXPECT_THAT(url_, testing::Not(testing::HasSubstr("tarek")));
  const std::string own = send("GET", "/", {.headers = {{"Authorization", "Bearer mine"}}}, base);
  EXPECT_THAT(own, testing::HasSubstr("\r\nAuthorization: Bearer mine\r\n"));
  EXPECT_THAT(own, testing::Not(testing::HasSubstr("Basic")));
}

TEST_F(RequestOptionsOnTheWire, WhatCannotStandInAUrlIsEncoded) {
  EXPECT_EQ(first_line(send("GET", "/a b\"<>?c d")), "GET /a%20b%22%3C%3E?c%20d HTTP/1.1");
}

TEST_F(RequestOptionsOnTheWire, RelativeUrlsAreResolvedAgainstTheBase) {
  const std::string base = server_.url("/app/page?x=1");
  EXPECT_EQ(first_line(send("GET", "/top", {}, base)), "GET /top HTTP/1.1");
  EXPECT_EQ(first_line(send("GET", "next", {}, base)), "GET /app/next HTTP/1.1");
  EXPECT_EQ(first_line(send("GET", "../up", {}, base)), "GET /up HTTP/1.1");
  EXPECT_EQ(first_line(send("GET", "?y=2", {}, base)), "GET /app/page?y=2 HTTP/1.1");
  EXPECT_EQ(first_line(send("GET", "", {}, base)), "GET /app/page?x=1 HTTP/1.1");
  EXPECT_EQ(first_line(send("GET", "", {.params = {{"y", "2"}}}, base)), "GET /app/page?y=2 HTTP/1.1");
  EXPECT_EQ(first_line(send("GET", server_.url("/whole"), {}, "http://127.0.0.1:1/")), "GET /whole HTTP/1.1");
  EXPECT_EQ(url_, server_.url("/whole"));
}

TEST_F(RequestOptionsOnTheWire, ABaseThatChangesIsNotMissed) {
  ScriptedServer other(echo());
  harness_.run([&](Client& client) {
    for (const ScriptedServer* server : {&server_, &other, &server_}) {
      EXPECT_EQ(Response(client.request("GET", server->url(), "/x", nullptr)).url(), server->url("/x"));
    }
    EXPECT_EQ(Response(client.request("POST", server_.url(), "/x", nullptr)).text().substr(0, 5), "POST ");
    EXPECT_EQ(Response(client.request("GET", server_.url(), "/x", nullptr)).text().substr(0, 4), "GET ");
  });
}

TEST(RequestUrl, SaysWhatIsWrongWithIt) {
  ClientHarness harness;
  const auto refused = [&](std::string_view base, std::string_view url) {
    return message_of<InvalidRequest>([&] { harness.run([&](Client& client) { Response(client.request("GET", base, url, nullptr)); }); });
  };
  EXPECT_EQ(refused("", "/search"), "the URL \"/search\" is relative, and there is no server URL: give --server-url");
  EXPECT_EQ(refused("", ""), "the URL \"\" is relative, and there is no server URL: give --server-url");
  EXPECT_EQ(refused("", "wss://127.0.0.1/"), "wss:// is for web sockets: create_ws() opens them");
  EXPECT_TRUE(refused("", "http://127.0.0.1:99999/").starts_with("the URL \"http://127.0.0.1:99999/\" is not valid: "));
  EXPECT_EQ(refused("", "http://anna:secret@127.0.0.1:99999/").find("secret"), std::string::npos);
  EXPECT_EQ(refused("http://anna:secret@127.0.0.1:99999/", "/x").find("secret"), std::string::npos);
  for (const char* url : {"http://anna:a/secret@127.0.0.1/", "http://anna:secret/a@127.0.0.1/", "http://anna:a?secret@127.0.0.1/",
                          "http://anna:a#secret@127.0.0.1/", "http://anna:secret#a@127.0.0.1/"}) {
    EXPECT_EQ(refused("", url).find("secret"), std::string::npos) << url;
  }
  EXPECT_TRUE(refused("nonsense", "/x").starts_with("the server URL \"nonsense\" is not valid: "));
  EXPECT_TRUE(refused("http://127.0.0.1/", "ftp://x/").starts_with("the URL \"ftp://x/\" is not valid: "));
  EXPECT_EQ(harness.all().errors[static_cast<std::size_t>(metrics::RequestError::invalid_url)], 13U);
  EXPECT_EQ(harness.stats("invalid request").unanswered(), 13U);
}

TEST_F(RequestOptionsOnTheWire, TheNameIsThatOfTheReport) {
  send("GET", "/item/1?x=2");
  send("GET", "/item/1?x=3");
  send("GET", "/item/2", {.name = "an item"});
  send("GET", "/item/3", {.name = "an item"});
  EXPECT_THROW(send("GET", "/item/3", {.headers = {{"", ""}}, .name = "an item"}), InvalidRequest);
  EXPECT_EQ(harness_.stats("GET /item/1").answered, 2U);
  EXPECT_EQ(harness_.stats("an item").answered, 2U);
  EXPECT_EQ(harness_.stats("an item").unanswered(), 1U);
}

}  // namespace
}  // namespace loads::http
