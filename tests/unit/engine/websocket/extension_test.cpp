#include "engine/websocket/extension.h"

#include <gtest/gtest.h>

namespace loads::websocket {
namespace {

std::string refused(std::string_view answer, std::string_view offer = "permessage-deflate; client_max_window_bits") {
  const TermsResult result = read_agreement(answer, read_offer(offer).terms);
  EXPECT_FALSE(result.terms.has_value());
  return result.error;
}

TEST(Extension, AListIsReadWithItsParameters) {
  const auto list = parse_extensions("foo, bar; a; b=2 ;c=\"x\"\t,baz");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 3U);
  EXPECT_EQ((*list)[0].name, "foo");
  const auto& parameters = (*list)[1].parameters;
  ASSERT_EQ(parameters.size(), 3U);
  EXPECT_EQ(parameters[0].value, std::nullopt);
  EXPECT_EQ(parameters[1].value, "2");
  EXPECT_EQ(parameters[2].value, "x");
}

TEST(Extension, AMalformedListIsNotRead) {
  for (const char* value : {"", ",", "foo,", "foo;", "foo; =1", "foo; a=", "foo; a=\"x", "foo bar", "f\xc3\xb6o", "foo; a=\"\""}) {
    EXPECT_FALSE(parse_extensions(value)) << value;
  }
}

TEST(DeflateOffer, ItsParametersAreUnderstood) {
  const auto terms = read_offer("permessage-deflate; client_max_window_bits; server_no_context_takeover; server_max_window_bits=10").terms;
  ASSERT_TRUE(terms);
  EXPECT_TRUE(terms->client_window_may_be_bounded);
  EXPECT_FALSE(terms->server_keeps_context);
  EXPECT_TRUE(terms->client_keeps_context);
  EXPECT_EQ(terms->server_window_bits, 10);
}

TEST(DeflateOffer, AnythingElseIsRefusedInWords) {
  EXPECT_EQ(read_offer("x-webkit-deflate-frame").error,
            "the extension \"x-webkit-deflate-frame\" is not known: permessage-deflate is the only one");
  EXPECT_EQ(read_offer("permessage-deflate; level=9").error, "permessage-deflate with \"level=9\", which is not valid");
  EXPECT_EQ(read_offer("permessage-deflate, permessage-deflate").error, "permessage-deflate is offered twice");
  EXPECT_EQ(read_offer(";").error, "\";\" is no list of extensions");
}

TEST(DeflateAgreement, AServerThatChoosesNothingIsNotCompressed) {
  const TermsResult result = read_agreement("", read_offer("permessage-deflate").terms);
  EXPECT_FALSE(result.terms);
  EXPECT_EQ(result.error, "");
}

TEST(DeflateAgreement, WhatIsAgreedIsUnderstood) {
  const auto terms =
      read_agreement("permessage-deflate; server_max_window_bits=\"9\"; client_no_context_takeover; client_max_window_bits=12",
                     read_offer("permessage-deflate; client_max_window_bits").terms)
          .terms;
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->server_window_bits, 9);
  EXPECT_EQ(terms->client_window_bits, 12);
  EXPECT_FALSE(terms->client_keeps_context);
  EXPECT_TRUE(terms->server_keeps_context);
}

TEST(DeflateAgreement, APromiseOfOurOwnIsKeptThoughTheServerDoesNotRepeatIt) {
  const auto terms = read_agreement("permessage-deflate", read_offer("permessage-deflate; client_no_context_takeover").terms).terms;
  ASSERT_TRUE(terms);
  EXPECT_FALSE(terms->client_keeps_context);
}

TEST(DeflateAgreement, AServerThatDoesNotKeepToTheOfferIsRefused) {
  EXPECT_EQ(refused("foo"), "it has chosen the extension \"foo\", which was not offered");
  EXPECT_EQ(read_agreement("permessage-deflate", std::nullopt).error,
            "it has chosen the extension \"permessage-deflate\", which was not offered");
  EXPECT_EQ(refused("permessage-deflate, permessage-deflate"), "it has chosen permessage-deflate twice");
  EXPECT_EQ(refused("permessage-deflate;"), "its Sec-WebSocket-Extensions cannot be read");
  EXPECT_EQ(refused("permessage-deflate; client_max_window_bits=10", "permessage-deflate"),
            "it has chosen permessage-deflate with client_max_window_bits, which was not offered");
  EXPECT_EQ(refused("permessage-deflate", "permessage-deflate; server_no_context_takeover"),
            "it has chosen permessage-deflate with no server_no_context_takeover, which was asked for");
  EXPECT_EQ(refused("permessage-deflate; server_max_window_bits=11", "permessage-deflate; server_max_window_bits=10"),
            "it has chosen permessage-deflate with a larger server_max_window_bits than was asked for");
}

TEST(DeflateAgreement, ParametersThatAreNotValidAreRefused) {
  for (const char* parameter :
       {"server_max_window_bits", "server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits=010",
        "server_max_window_bits=8x", "client_max_window_bits", "server_no_context_takeover=1", "unknown"}) {
    EXPECT_EQ(refused("permessage-deflate; " + std::string(parameter)),
              "it has chosen permessage-deflate with \"" + std::string(parameter) + "\", which is not valid");
  }
  EXPECT_EQ(refused("permessage-deflate; server_no_context_takeover; server_no_context_takeover"),
            "it has chosen permessage-deflate with \"server_no_context_takeover\", which stands there twice");
}

}  // namespace
}  // namespace loads::websocket
