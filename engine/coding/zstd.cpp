#include <zstd.h>

#include <array>
#include <new>

#include "engine/coding/stage.h"

namespace loads::coding {
namespace {

constexpr int kLargestWindow = 23;  // as a power of two: what RFC 9659 allows for HTTP

struct Free {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

class Zstd final : public Stage {
 public:
  Zstd() : context_(ZSTD_createDCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kLargestWindow);
  }

  bool feed(std::string_view bytes, const Sink& sink) override {
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    bool filled = false;  // the last piece: there may be more of it without any more input
    while (input.pos < input.size || filled) {
      ZSTD_outBuffer output{piece_.data(), piece_.size(), 0};
      const std::size_t result = ZSTD_decompressStream(context_.get(), &output, &input);
      if (ZSTD_isError(result) != 0) return false;
      complete_ = result == 0;
      if (output.pos > 0 && !sink({piece_.data(), output.pos})) return false;
      filled = output.pos == output.size && !complete_;
    }
    return true;
  }
  bool complete() const override { return complete_; }

 private:
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  bool complete_ = false;  // a frame has ended, and none has begun
  std::array<char, 16384> piece_;
};

}  // namespace

std::unique_ptr<Stage> make_zstd() { return std::make_unique<Zstd>(); }

}  // namespace loads::coding
