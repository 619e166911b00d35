#pragma once

#include <cstddef>
#include <cstdint>

#include "common/metrics/events.h"
#include "proto/reader.h"

// What the readers of figures have in common. Internal to proto.
namespace loads::proto {

// Begins an array of which `known` elements are read; finish() skips those of a newer peer.
class Elements {
 public:
  Elements(Reader& reader, std::size_t known) : reader_(reader), count_(reader.array()), known_(known) {
    if (count_ < known_) reader_.fail("an array is too short");
  }
  // Whether there is one more, which is then known too: what a later version has added.
  bool more() {
    if (count_ <= known_) return false;
    ++known_;
    return true;
  }
  void finish() {
    for (std::size_t i = known_; i < count_ && reader_.ok(); ++i) reader_.skip();
  }

 private:
  Reader& reader_;
  std::size_t count_;
  std::size_t known_;
};

inline std::uint64_t events(Reader& reader) {
  const std::uint64_t count = reader.unsigned_integer();
  if (count > metrics::kMostEvents) reader.fail("a count is beyond any run");
  return count;
}

}  // namespace loads::proto
