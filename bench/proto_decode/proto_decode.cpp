// What a batch costs the broker: decoding it, and merging its slice into the totals of its run. The batch is a typical second of one agent:
// three names, 200 requests each, times log-normal around 5 ms. Prints the processor time of each, the median of several rounds.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "proto/agent_messages.h"
#include "proto/codec.h"

namespace {

using namespace loads;

constexpr int kRounds = 15;
constexpr int kBatches = 2000;  // of a round

metrics::Slice typical_slice() {
  std::mt19937_64 random(42);
  std::lognormal_distribution<double> microseconds(8.5, 0.5);
  metrics::Slice slice;
  for (const char* name : {"GET /", "GET /articles", "POST /login"}) {
    for (int i = 0; i < 200; ++i) {
      metrics::RequestRecord record;
      record.status = 200;
      record.total = std::chrono::microseconds(static_cast<long>(microseconds(random)));
      record.bytes_received = 1000;
      entry(slice.requests, name).add(record);
    }
  }
  return slice;
}

proto::Batch typical_batch() {
  proto::Batch batch;
  batch.run = "0badcafe";
  batch.lease = 1;
  batch.seq = 1;
  batch.to = std::chrono::seconds(1);
  batch.slices.push_back(typical_slice());
  batch.tally.sent = batch.tally.settled = batch.tally.answered = 600;
  return batch;
}

double processor_microseconds() {
  std::timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// Microseconds of one call of `work`.
template <typename Work>
double cost(Work&& work) {
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const double begin = processor_microseconds();
    for (int i = 0; i < kBatches; ++i) work();
    rounds.push_back((processor_microseconds() - begin) / kBatches);
  }
  std::nth_element(rounds.begin(), rounds.begin() + kRounds / 2, rounds.end());
  return rounds[kRounds / 2];
}

proto::Decoded<proto::FromAgent> decoded(const std::string& bytes) {
  auto message = proto::decode<proto::FromAgent>(bytes);
  if (!message) std::abort();
  return message;
}

}  // namespace

int main() {
  const proto::Batch batch = typical_batch();
  const std::string bytes = proto::encode(batch);
  metrics::Totals totals;
  const double encode = cost([&] {
    if (proto::encode(batch).size() != bytes.size()) std::abort();
  });
  const double decode = cost([&] { decoded(bytes); });
  const double both = cost([&] {
    const auto message = decoded(bytes);
    for (const metrics::Slice& slice : std::get<proto::Batch>(message.message).slices) totals.add(slice);
  });
  std::printf("batch of %zu bytes: encode %.2f us, decode %.2f us, decode and merge %.2f us\n", bytes.size(), encode, decode, both);
}
