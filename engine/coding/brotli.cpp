#include <brotli/decode.h>

#include <array>
#include <new>

#include "engine/coding/stage.h"

namespace loads::coding {
namespace {

struct Destroy {
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

class Brotli final : public Stage {
 public:
  Brotli() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (state_ == nullptr) throw std::bad_alloc();
  }

  bool feed(std::string_view bytes, const Sink& sink) override {
    auto left = bytes.size();
    const auto* next = reinterpret_cast<const std::uint8_t*>(bytes.data());
    while (!complete()) {
      auto room = piece_.size();
      auto* out = piece_.data();
      const auto result = BrotliDecoderDecompressStream(state_.get(), &left, &next, &room, &out, nullptr);
      if (result == BROTLI_DECODER_RESULT_ERROR) return false;
      const std::size_t size = piece_.size() - room;
      if (size > 0 && !sink({reinterpret_cast<const char*>(piece_.data()), size})) return false;
      if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) break;
    }
    return true;
  }
  bool complete() const override { return BrotliDecoderIsFinished(state_.get()) != BROTLI_FALSE; }

 private:
  std::unique_ptr<BrotliDecoderState, Destroy> state_;
  std::array<std::uint8_t, 16384> piece_;
};

}  // namespace

std::unique_ptr<Stage> make_brotli() { return std::make_unique<Brotli>(); }

}  // namespace loads::coding
