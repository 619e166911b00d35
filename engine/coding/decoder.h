#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/coding/stage.h"

namespace loads::coding {

// Undoes what a Content-Encoding names: gzip (x-gzip), deflate, br, zstd, and several of them one upon another ("gzip, br"). Bytes go in as
// they come, whole or in pieces; what they unpack to comes out in pieces. Any bytes are safe, and memory is bounded: by the window of each
// coding, 16 MiB at most, whatever they unpack to. Pure: no I/O.
//
// What stands behind the end of gzip, deflate or br is ignored, as browsers do; further members of gzip and frames of zstd are unpacked.

struct [[nodiscard]] Outcome {
  enum class Error : std::uint8_t { none, corrupt, cut_short, too_large };

  Error error = Error::none;
  std::string_view coding = {};  // which of them
  std::uint64_t most = 0;        // what it must not be larger than

  explicit operator bool() const { return error == Error::none; }
  std::string message() const;  // "its gzip data is corrupt"
};

class Decoder {
 public:
  // Whether all of the codings are known, and there is one that changes anything. A body of others is taken as it is.
  static bool knows(std::string_view codings);

  // `codings` are known. More than `most` bytes, of any of the codings, are an error.
  Decoder(std::string_view codings, std::uint64_t most);

  Outcome feed(std::string_view bytes, const Sink& sink);  // less than 4 GiB at a time; not called again after an error
  Outcome finish() const;                                  // nothing follows; that nothing at all was fed is fine

 private:
  struct Layer {
    std::string_view coding;
    std::unique_ptr<Stage> stage;
    std::uint64_t unpacked = 0;
    bool begun = false;
  };

  bool push(std::size_t index, std::string_view bytes, const Sink& sink);

  std::vector<Layer> layers_;  // in the order in which they are undone
  std::uint64_t most_;
  Outcome outcome_;
};

// A whole body at once, of any size.
Outcome decode(std::string_view codings, std::string_view bytes, std::uint64_t most, const Sink& sink);

}  // namespace loads::coding
