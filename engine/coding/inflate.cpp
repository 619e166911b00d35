#include <zlib.h>

#include <array>
#include <new>
#include <string>

#include "engine/coding/stage.h"

namespace loads::coding {
namespace {

constexpr int kGzip = MAX_WBITS + 16;
constexpr int kZlib = MAX_WBITS;
constexpr int kRaw = -MAX_WBITS;
constexpr char kFirstOfGzip = 0x1f;

// zlib's state round the window bits that say what it reads.
class Inflater {
 public:
  explicit Inflater(int window_bits) {
    if (inflateInit2(&stream_, window_bits) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Takes bytes off the front, up to the end of the stream. False when they are corrupt, or the sink wants no more.
  bool feed(std::string_view& bytes, const Sink& sink) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib does not write to it
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (!ended_) {
      stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
      stream_.avail_out = static_cast<uInt>(piece_.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return false;
      ended_ = result == Z_STREAM_END;
      const std::size_t size = piece_.size() - stream_.avail_out;
      if (size > 0 && !sink({piece_.data(), size})) return false;
      if (!ended_ && stream_.avail_out > 0) break;  // all of the input is used
    }
    bytes.remove_prefix(bytes.size() - stream_.avail_in);
    return true;
  }

  void begin_again() {
    inflateReset(&stream_);
    ended_ = false;
  }

  bool ended() const { return ended_; }
  bool empty_so_far() const { return stream_.total_out == 0; }

 private:
  z_stream stream_{};
  bool ended_ = false;
  std::array<char, 16384> piece_;
};

class Gzip final : public Stage {
 public:
  bool feed(std::string_view bytes, const Sink& sink) override {
    while (!bytes.empty() && !garbage_) {
      if (inflater_.ended()) {
        if (bytes[0] != kFirstOfGzip) return garbage_ = true;
        inflater_.begin_again();
      }
      if (!inflater_.feed(bytes, sink)) return garbage_ = members_ > 0 && inflater_.empty_so_far();
      if (inflater_.ended()) ++members_;
    }
    return true;
  }
  bool complete() const override { return inflater_.ended() || garbage_; }

 private:
  Inflater inflater_{kGzip};
  unsigned members_ = 0;
  bool garbage_ = false;  // something else follows the last member
};

class Deflate final : public Stage {
 public:
  bool feed(std::string_view bytes, const Sink& sink) override {
    if (inflater_ == nullptr) {
      first_.append(bytes);
      if (first_.size() < 2) return true;
      inflater_ = std::make_unique<Inflater>(has_zlib_header() ? kZlib : kRaw);
      bytes = first_;
    }
    return inflater_->ended() || inflater_->feed(bytes, sink);
  }
  bool complete() const override { return inflater_ != nullptr && inflater_->ended(); }

 private:
  // RFC 1950, 2.2. No encoder begins a raw stream with such bytes: its padding bits would not be zero.
  bool has_zlib_header() const {
    const auto first = static_cast<unsigned char>(first_[0]);
    const auto second = static_cast<unsigned char>(first_[1]);
    return (first & 0x0FU) == 8 && (first >> 4U) <= 7 && (first * 256U + second) % 31 == 0;
  }

  std::string first_;  // until it is known what it is
  std::unique_ptr<Inflater> inflater_;
};

}  // namespace

std::unique_ptr<Stage> make_gzip() { return std::make_unique<Gzip>(); }
std::unique_ptr<Stage> make_deflate() { return std::make_unique<Deflate>(); }

}  // namespace loads::coding
