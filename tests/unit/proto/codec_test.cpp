#include "proto/codec.h"

#include <gtest/gtest.h>

#include "proto/console_messages.h"

namespace loads::proto {
namespace {

TEST(Codec, AMessageComesBackAsItWasSent) {
  Batch batch;
  batch.run = "0badcafe";
  batch.lease = 7;
  batch.seq = 3;
  metrics::Slice slice;
  metrics::RequestRecord record;
  record.status = 200;
  record.total = std::chrono::milliseconds(3);
  entry(slice.requests, "GET /").add(record);
  batch.slices.push_back(slice);
  batch.tally.answered = 1;
  const auto decoded = decode<FromAgent>(encode(batch));
  ASSERT_TRUE(decoded) << decoded.error;
  const auto& back = std::get<Batch>(decoded.message);
  EXPECT_EQ(back.run, "0badcafe");
  EXPECT_EQ(back.slices.at(0).requests.at("GET /").response_times, slice.requests.at("GET /").response_times);
  EXPECT_EQ(back.tally, batch.tally);
}

}  // namespace
}  // namespace loads::proto
