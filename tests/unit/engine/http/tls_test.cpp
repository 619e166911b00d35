// https: who is believed, what is said when nobody is, and what a broken server does to it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include <loads/error.h>

#include "engine/fiber/children.h"
#include "support/client_harness.h"
#include "support/tls_peer.h"

namespace loads::http {
namespace {

using metrics::Phase;
using metrics::RequestError;
using support::answer_all_by_tls;
using support::Authority;
using support::Certified;
using support::ClientHarness;
using support::message_of;
using support::over_tls;
using support::ScriptedServer;
using support::secure_url;
using support::TlsPeer;
using support::TlsServing;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

ClientSettings trusting(const std::string& authorities) {
  ClientSettings settings = ClientHarness::quick();
  settings.net.tls.authorities = authorities;
  return settings;
}

std::string refusal(ClientHarness& harness, const std::string& url, const RequestOptions& options = {}) {
  return message_of<TlsError>([&] { harness.get(url, options); });
}

class Tls : public testing::Test {
 protected:
  Authority authority_;
};

TEST_F(Tls, AServerThatATrustedAuthorityVouchesForIsBelieved) {
  ScriptedServer server(over_tls({authority_.issue()}, answer_all_by_tls(kOk)));
  ClientHarness harness(trusting(authority_.pem()));
  for (const char* host : {"localhost", "127.0.0.1"}) EXPECT_EQ(harness.get(secure_url(server, host)).text(), "ok");
  EXPECT_EQ(harness.all().answered, 2U);
  EXPECT_GT(harness.all().phase_time[static_cast<std::size_t>(Phase::tls)].count(), 0);
  EXPECT_GT(harness.all().phase_time[static_cast<std::size_t>(Phase::connect)].count(), 0);
}

TEST_F(Tls, RequestsOfAUserShareAConnection) {
  ScriptedServer server(over_tls({authority_.issue()}, answer_all_by_tls(kOk)));
  ClientHarness harness(trusting(authority_.pem()));
  harness.run([&](Client& client) {
    for (int i = 0; i < 20; ++i) EXPECT_EQ(support::get(client, secure_url(server)).text(), "ok");
  });
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(harness.all().connections, 1U);
}

TEST_F(Tls, AnUnknownAuthorityIsNamed) {
  ScriptedServer server(over_tls({Authority("Somebody Else").issue()}, answer_all_by_tls(kOk)));
  ClientHarness harness(trusting(authority_.pem()));
  EXPECT_EQ(refusal(harness, secure_url(server)), "tls 127.0.0.1:" + std::to_string(server.port()) +
                                                      ": the certificate of localhost is not trusted: it was signed by \"Somebody Else\", "
                                                      "which is unknown here. --cacert FILE, or --insecure.");
  EXPECT_EQ(harness.all().errors[static_cast<std::size_t>(RequestError::tls)], 1U);
}

TEST_F(Tls, ASelfSignedCertificateIsCalledSo) {
  ScriptedServer server(over_tls({Authority::self_signed()}, answer_all_by_tls(kOk)));
  ClientHarness harness(trusting(authority_.pem()));
  EXPECT_THAT(refusal(harness, secure_url(server)),
              HasSubstr("the certificate of localhost is not trusted: self-signed. --cacert FILE, or --insecure."));
}

TEST_F(Tls, TheSystemsAuthoritiesAreTrustedWithoutOthers) {
  ScriptedServer server(over_tls({authority_.issue()}, answer_all_by_tls(kOk)));
  ClientHarness harness;
  EXPECT_THAT(refusal(harness, secure_url(server)), HasSubstr("which is unknown here"));
}

TEST_F(Tls, ACertificateOutOfItsTimeIsSaidToBe) {
  ScriptedServer expired(over_tls({authority_.issue({.first_day = -10, .last_day = -2})}, answer_all_by_tls(kOk)));
  ScriptedServer early(over_tls({authority_.issue({.first_day = 2, .last_day = 9})}, answer_all_by_tls(kOk)));
  ClientHarness harness(trusting(authority_.pem()));
  EXPECT_THAT(refusal(harness, secure_url(expired)),
              testing::ContainsRegex("the certificate of localhost has expired on 20[0-9][0-9]-[0-9]{2}-[0-9]{2}\\."));
  EXPECT_THAT(refusal(harness, secure_url(early)), testing::ContainsRegex("the certificate of localhost is not valid before 20[0-9-]+\\."));
}

TEST_F(Tls, ACertificateForAnotherSaysForWhom) {
  ScriptedServer server(
      over_tls({authority_.issue({"shop.example", "DNS:shop.example,DNS:www.shop.example,IP:10.1.2.3"})}, answer_all_by_tls(kOk)));
  ClientHarness harness(trusting(authority_.pem()));
  EXPECT_THAT(refusal(harness, secure_url(server)),
              HasSubstr("the certificate that localhost shows is for shop.example, www.shop.example, 10.1.2.3."));
  EXPECT_THAT(refusal(harness, secure_url(server, "127.0.0.1")), HasSubstr("the certificate that 127.0.0.1 shows is for"));
}

TEST_F(Tls, VerificationCanBeTurnedOffForARunOrARequest) {
  ScriptedServer server(over_tls({Authority::self_signed({"other", "DNS:other"})}, answer_all_by_tls(kOk)));
  ClientSettings settings = ClientHarness::quick();
  settings.net.tls.verify = false;
  ClientHarness insecure(settings);
  EXPECT_EQ(insecure.get(secure_url(server)).text(), "ok");
  ClientHarness careful;
  EXPECT_EQ(careful.get(secure_url(server), {.verify = false}).text(), "ok");
  EXPECT_THAT(refusal(careful, secure_url(server)), HasSubstr("not trusted"));
}

TEST_F(Tls, ConnectionsThatWereVerifiedOtherwiseAreNotShared) {
  ScriptedServer server(over_tls({Authority::self_signed()}, answer_all_by_tls(kOk)));
  ClientHarness harness;
  harness.run([&](Client& client) {
    EXPECT_EQ(support::request(client, "GET", secure_url(server), {.verify = false}).text(), "ok");
    EXPECT_THROW(support::get(client, secure_url(server)), TlsError);
    EXPECT_EQ(support::request(client, "GET", secure_url(server), {.verify = false}).text(), "ok");
  });
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(Tls, PlainHttpBehindThePortIsRecognised) {
  ScriptedServer server(support::answer_all("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
  ScriptedServer talker([](support::Peer& peer) {
    peer.send("220 mail.example ESMTP\r\n");
    peer.wait_until_closed();
  });
  ScriptedServer silent([](support::Peer& peer) { peer.read(1); });
  ClientHarness harness;
  EXPECT_THAT(refusal(harness, secure_url(talker)), HasSubstr("the server does not speak TLS. Did you mean http://?"));
  EXPECT_THAT(refusal(harness, secure_url(silent)), HasSubstr("the server broke the connection off"));
}

TEST_F(Tls, BothVersionsAreSpoken) {
  ScriptedServer old(over_tls({authority_.issue(), "", TLS1_2_VERSION}, answer_all_by_tls(kOk)));
  ScriptedServer present(over_tls({authority_.issue(), "", TLS1_3_VERSION}, answer_all_by_tls(kOk)));
  ClientHarness harness(trusting(authority_.pem()));
  EXPECT_EQ(harness.get(secure_url(old)).text(), "ok");
  EXPECT_EQ(harness.get(secure_url(present)).text(), "ok");
}

// What a server answers: how it was spoken to.
void tell(TlsPeer& peer) {
  while (true) {
    peer.read_request();
    const std::string told = peer.version() + " " + peer.server_name() + " " + peer.client_name() + (peer.resumed() ? " resumed" : "");
    peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(told.size()) + "\r\n\r\n" + told);
    peer.say_goodbye();
    return;
  }
}

TEST_F(Tls, ALaterConnectionResumesTheSession) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ScriptedServer server(over_tls({authority_.issue(), "", version}, tell));
    ClientHarness harness(trusting(authority_.pem()));
    harness.run([&](Client& client) {
      EXPECT_THAT(support::get(client, secure_url(server)).text(), testing::Not(HasSubstr("resumed")));
      for (int i = 0; i < 3; ++i) EXPECT_THAT(support::get(client, secure_url(server)).text(), HasSubstr("resumed"));
    });
    ClientSettings whole = trusting(authority_.pem());
    whole.net.tls.resume = false;
    ClientHarness unwilling(whole);
    unwilling.run([&](Client& client) {
      for (int i = 0; i < 3; ++i) EXPECT_THAT(support::get(client, secure_url(server)).text(), testing::Not(HasSubstr("resumed")));
    });
  }
}

TEST_F(Tls, TheServerIsToldTheNameButNoAddress) {
  ScriptedServer server(over_tls({authority_.issue()}, tell));
  ClientHarness harness(trusting(authority_.pem()));
  EXPECT_EQ(harness.get(secure_url(server)).text(), "TLSv1.3 localhost ");
  EXPECT_EQ(harness.get(secure_url(server, "127.0.0.1")).text(), "TLSv1.3  ");
}

TEST_F(Tls, TheClientShowsItsCertificate) {
  const Certified mine = authority_.issue({"tester", "DNS:tester"});
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ScriptedServer server(over_tls({authority_.issue(), authority_.pem(), version}, tell));
    ClientSettings settings = trusting(authority_.pem());
    settings.net.tls.certificate = mine.certificate;
    settings.net.tls.key = mine.key;
    ClientHarness harness(settings);
    EXPECT_THAT(harness.get(secure_url(server)).text(), HasSubstr("localhost tester"));
    ClientHarness without(trusting(authority_.pem()));
    EXPECT_THAT(refusal(without, secure_url(server)),
                HasSubstr("the server wants a certificate of the client that it trusts: --cert FILE"));
  }
}

TEST_F(Tls, ABadCertificateOfOnesOwnIsAnInvalidRequest) {
  ClientSettings settings = ClientHarness::quick();
  settings.net.tls.certificate = "nonsense";
  ClientHarness harness(settings);
  EXPECT_THAT(message_of<InvalidRequest>([&] { harness.get("https://localhost:1/"); }),
              HasSubstr("no certificate in PEM form can be read"));
  settings.net.tls.certificate = authority_.issue().certificate;
  settings.net.tls.key = authority_.issue().key;
  ClientHarness other(settings);
  EXPECT_THAT(message_of<InvalidRequest>([&] { other.get("https://localhost:1/"); }),
              HasSubstr("the private key does not belong to the certificate"));
  EXPECT_THAT(message_of<InvalidRequest>([&] {
                other.get("https://localhost:1/", {.cert = {"/no/such.pem", ""}});
              }),
              HasSubstr("cannot read /no/such.pem"));
}

TEST_F(Tls, LargeBodiesComeAndGoWhole) {
  std::string large(3'000'000, 'x');
  for (std::size_t i = 0; i < large.size(); i += 1000) large[i] = static_cast<char>('a' + i / 1000 % 26);
  ScriptedServer server(over_tls({authority_.issue()}, [&](TlsPeer& peer) {
    peer.read_request();
    peer.update_keys();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(large.size()) + "\r\n\r\n" + large);
    peer.read_request();
  }));
  ClientHarness harness(trusting(authority_.pem()));
  EXPECT_EQ(harness.get(secure_url(server), {.max_body = 4'000'000}).text(), large);
}

TEST_F(Tls, AnEndWithoutGoodbyeIsNoEndOfABody) {
  const std::string until_the_end = "HTTP/1.1 200 OK\r\n\r\nsome of it";
  ScriptedServer rude(over_tls({authority_.issue()}, [&](TlsPeer& peer) {
    peer.read_request();
    peer.send(until_the_end);
  }));
  ScriptedServer polite(over_tls({authority_.issue()}, [&](TlsPeer& peer) {
    peer.read_request();
    peer.send(until_the_end);
    peer.say_goodbye();
  }));
  ClientHarness harness(trusting(authority_.pem()));
  EXPECT_EQ(harness.get(secure_url(polite)).text(), "some of it");
  EXPECT_THAT(message_of<ConnectionError>([&] { harness.get(secure_url(rude)); }),
              HasSubstr("closed the connection in the middle of its answer"));
  EXPECT_EQ(harness.all().errors[static_cast<std::size_t>(RequestError::closed)], 1U);
}

TEST_F(Tls, GarbageWithinTheConnectionIsAnErrorOfTls) {
  ScriptedServer server(over_tls({authority_.issue()}, [&](TlsPeer& peer) {
    peer.read_request();
    peer.peer().send("this is not a record of TLS, but it comes in its place");
    peer.peer().wait_until_closed();
  }));
  ClientHarness harness(trusting(authority_.pem()));
  EXPECT_THAT(refusal(harness, secure_url(server)), StartsWith("receive: "));
}

TEST_F(Tls, AKeptConnectionThatWasClosedIsOpenedAgain) {
  ScriptedServer server(over_tls({authority_.issue()}, [&](TlsPeer& peer) {
    peer.read_request();
    peer.send(kOk);
    peer.say_goodbye();
  }));
  ClientHarness harness(trusting(authority_.pem()));
  harness.run([&](Client& client) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(support::get(client, secure_url(server)).text(), "ok");
  });
  EXPECT_EQ(harness.all().answered, 5U);
}

TEST_F(Tls, AServerThatNeverShakesHandsTimesOut) {
  ScriptedServer server([](support::Peer& peer) { peer.wait_until_closed(); });
  ClientSettings settings = ClientHarness::quick();
  settings.connect_timeout = std::chrono::milliseconds(500);
  ClientHarness harness(settings);
  EXPECT_THAT(message_of<Timeout>([&] { harness.get(secure_url(server)); }), HasSubstr("no handshake within 500ms"));
}

TEST_F(Tls, AKeyWithoutACertificateIsRefused) {
  ClientSettings settings = trusting(authority_.pem());
  settings.net.tls.key = authority_.issue().key;
  ClientHarness harness(settings);
  EXPECT_THAT(message_of<InvalidRequest>([&] { harness.get("https://localhost:1/"); }),
              HasSubstr("there is a private key, but no certificate that it belongs to"));
  EXPECT_THAT(message_of<InvalidRequest>([&] { harness.get("https://localhost:1/", {.cert = {.key = "key.pem"}}); }),
              HasSubstr(".cert has a key, but no certificate"));
}

// Nobody knows beforehand that the server speaks no HTTP/2, so that all of them connect before they wait for their turn.
TEST_F(Tls, ARequestOfABatchThatHasWaitedForItsTurnTimesOutAll) {
  std::atomic<int> requests = 0;
  ScriptedServer server(over_tls({authority_.issue()}, [&](TlsPeer& peer) {
    peer.read_request();
    if (++requests <= static_cast<int>(HostSlots::kMost)) return peer.send(kOk);
    peer.peer().wait_until_closed();
  }));
  ClientSettings settings = trusting(authority_.pem());
  settings.timeout = std::chrono::seconds(4);
  settings.connections = ConnectionPolicy::per_request;
  ClientHarness harness(settings);
  harness.run([&](Client& client) {
    const Client::Batch batch(client);
    fiber::Children children(harness.loop);
    for (std::size_t i = 0; i < HostSlots::kMost + 2; ++i) {
      children.spawn([&] {
        try {
          support::get(client, secure_url(server));
        } catch (const RequestFailed&) {
        }
      });
    }
    children.join();
  });
  EXPECT_EQ(harness.all().answered, HostSlots::kMost);
  EXPECT_EQ(harness.all().errors[static_cast<std::size_t>(RequestError::timeout)], 2U);
}

}  // namespace
}  // namespace loads::http
