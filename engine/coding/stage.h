#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace loads::coding {

// Takes a piece of what was unpacked; false: no more is wanted.
using Sink = std::function<bool(std::string_view)>;

// One coding, undone bit by bit. Part of the decoder.
class Stage {
 public:
  virtual ~Stage() = default;
  // False when the bytes are corrupt, or the sink wants no more.
  virtual bool feed(std::string_view bytes, const Sink& sink) = 0;
  virtual bool complete() const = 0;  // what was fed is a whole
};

std::unique_ptr<Stage> make_gzip();
std::unique_ptr<Stage> make_deflate();  // with zlib's header, or without as some servers send it
std::unique_ptr<Stage> make_brotli();
std::unique_ptr<Stage> make_zstd();

}  // namespace loads::coding
