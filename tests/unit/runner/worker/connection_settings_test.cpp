#include "runner/worker/connection_settings.h"

#include <gtest/gtest.h>

namespace loads::runner {
namespace {

TEST(ConnectionSettings, TheVersionOfHttpArrivesAsItWasSent) {
  for (const auto version : {net::HttpVersion::automatic, net::HttpVersion::http1, net::HttpVersion::http2, net::HttpVersion::h2c}) {
    user::ConnectionSettings settings;
    settings.options.http_version = version;
    EXPECT_EQ(from_proto(to_proto(settings)).options.http_version, version);
  }
  EXPECT_EQ(to_proto(user::ConnectionSettings{}), proto::ConnectionSettings{});
}

}  // namespace
}  // namespace loads::runner
