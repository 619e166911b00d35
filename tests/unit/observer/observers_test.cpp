#include "observer/observers.h"

#include <gtest/gtest.h>

#include "common/failure.h"

namespace loads::observer {
namespace {

proto::Observer webhook(const std::string& url) { return {"webhook", url, {}, {}, {}, {}}; }
proto::Observer email(const std::string& server) { return {"email", {}, {"a@example.org"}, server, {}, {}}; }

std::string refusal(const Given& given) {
  try {
    make_observers(given);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "taken";
}

TEST(Observers, EachHasTheOptionsOfItsKind) {
  const auto observers = make_observers({{"command", "email", "webhook"}, "https://h/p", {"a@b"}, "mail:25", "c@d", "true"});
  ASSERT_EQ(observers.size(), 3u);
  EXPECT_EQ(observers[0].command, "true");
  EXPECT_EQ(observers[0].url, "");
  EXPECT_EQ(observers[1].server, "mail:25");
  EXPECT_EQ(observers[1].sender, "c@d");
  EXPECT_EQ(observers[2].url, "https://h/p");
  EXPECT_TRUE(make_observers({}).empty());
}

TEST(Observers, OptionsOfAnObserverThatIsNotNamedDoNothing) {
  EXPECT_TRUE(make_observers({{}, "https://h/p", {}, {}, {}, "true"}).empty());
}

TEST(Observers, WhatWouldGoElsewhereThanItSaysIsRefused) {
  for (const char* url : {"", "h", "ftp://h/", "file:///etc/passwd", "gopher://h/", "http://h/\r\nX: y", "http://", "javascript:x"}) {
    EXPECT_NE(refusal({{"webhook"}, url, {}, {}, {}, {}}), "taken") << url;
  }
  for (const char* server : {"", "http://h", "h:99999", "h\nx"}) {
    EXPECT_NE(refusal({{"email"}, {}, {"a@b"}, server, {}, {}}), "taken") << server;
  }
  for (const char* address : {"", "a b@c", "a@b\r\nBcc: c@d", "<a@b>", "a@b,c@d"}) {
    EXPECT_NE(refusal({{"email"}, {}, {address}, "h:25", {}, {}}), "taken") << address;
  }
}

TEST(Observers, ABrokerTakesNoCommandsOfConsoles) {
  const proto::Observer command{"command", {}, {}, {}, {}, "id"};
  EXPECT_NE(why_not(command, true, {}), "");
  EXPECT_NE(why_not(command, false, {"id"}), "");
}

TEST(Observers, ConsolesElsewhereHaveTheHostsThatAreAllowed) {
  const AllowedHosts allowed{"Chat.example", "mail.example:2525", "10.0.0.7:443", "[::1]:80"};
  EXPECT_EQ(why_not(webhook("http://chat.example/x"), false, allowed), "");
  EXPECT_EQ(why_not(webhook("https://CHAT.example:8443/x"), false, allowed), "");
  EXPECT_EQ(why_not(webhook("https://10.0.0.7/x"), false, allowed), "") << "the port that the scheme stands for";
  EXPECT_EQ(why_not(webhook("http://[::1]/x"), false, allowed), "");
  EXPECT_EQ(why_not(email("mail.example:2525"), false, allowed), "");
  for (const char* url :
       {"http://10.0.0.7/x", "http://other.example/", "http://chat.example.evil/", "http://evil/chat.example", "http://chat.example@evil/",
        "http://evil#@chat.example/", "http://169.254.169.254/latest", "smtp://chat.example/"}) {
    EXPECT_NE(why_not(webhook(url), false, allowed), "") << url;
  }
  EXPECT_NE(why_not(email("mail.example:25"), false, allowed), "");
  EXPECT_NE(why_not(webhook("http://chat.example/"), false, {}), "");
}

TEST(Observers, ConsolesOfTheSameMachineMayNameAnyHost) {
  EXPECT_EQ(why_not(webhook("http://127.0.0.1:1/"), true, {}), "");
  EXPECT_NE(why_not(webhook("file:///etc/passwd"), true, {}), "");
  EXPECT_NE(why_not({"irc", {}, {}, {}, {}, {}}, true, {}), "");
}

}  // namespace
}  // namespace loads::observer
