#include "engine/websocket/deflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace loads::websocket {
namespace {

constexpr std::size_t kPiece = 16 * 1024;
constexpr std::string_view kTail{"\0\0\xff\xff", 4};  // what a sender leaves out and a receiver puts back
constexpr int kMemoryLevel = 5;

// zlib takes what it reads through a pointer to bytes that are not constant, and does not write there.
void feed(z_stream& stream, std::string_view bytes) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  stream.avail_in = static_cast<uInt>(bytes.size());
}

std::string_view take_piece(std::string_view& bytes) {
  const auto piece = bytes.substr(0, std::numeric_limits<uInt>::max());
  bytes.remove_prefix(piece.size());
  return piece;
}

}  // namespace

struct Deflater::Stream {
  Stream() {
    // The raw form of a smaller window than 2^9 is not to be had.
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { deflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Whatever is fed, with all that it makes.
  void run(int flush, std::string& out) {
    do {
      char buffer[kPiece];
      z.next_out = reinterpret_cast<Bytef*>(buffer);
      z.avail_out = sizeof buffer;
      deflate(&z, flush);
      out.append(buffer, sizeof buffer - z.avail_out);
    } while (z.avail_out == 0);
  }

  z_stream z{};
};

Deflater::Deflater(bool keep_context) : stream_(std::make_unique<Stream>()), keep_context_(keep_context) {}
Deflater::~Deflater() = default;

void Deflater::append(std::string_view message, std::string& out) {
  while (!message.empty()) {
    feed(stream_->z, take_piece(message));
    stream_->run(message.empty() ? Z_SYNC_FLUSH : Z_NO_FLUSH, out);
  }
  out.resize(out.size() - kTail.size());
  if (!keep_context_) deflateReset(&stream_->z);
}

struct Inflater::Stream {
  explicit Stream(int window_bits) {
    if (inflateInit2(&z, -window_bits) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { inflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  z_stream z{};
};

Inflater::Inflater(int window_bits, bool keep_context) : stream_(std::make_unique<Stream>(window_bits)), keep_context_(keep_context) {}
Inflater::~Inflater() = default;

Inflater::Result Inflater::append(std::string_view piece, std::size_t most, std::string& message) {
  z_stream& z = stream_->z;
  feed(z, piece);
  while (true) {
    char buffer[kPiece];
    z.next_out = reinterpret_cast<Bytef*>(buffer);
    z.avail_out = sizeof buffer;
    const int result = inflate(&z, Z_SYNC_FLUSH);
    const std::size_t got = sizeof buffer - z.avail_out;
    if (got > most - std::min(most, message.size())) return Result::too_large;
    message.append(buffer, got);
    if (result == Z_STREAM_END) {
      // A message may end in a block that is marked as the last (7.2.3.4): what follows, if only the tail, begins anew.
      inflateReset(&z);
      if (z.avail_in > 0) continue;
      return Result::done;
    }
    if (result == Z_BUF_ERROR) return Result::done;  // all is read, and nothing is left to write
    if (result != Z_OK) return Result::corrupt;
    if (z.avail_in == 0 && z.avail_out > 0) return Result::done;
  }
}

Inflater::Result Inflater::end_message(std::size_t most, std::string& message) {
  const Result result = append(kTail, most, message);
  if (!keep_context_) inflateReset(&stream_->z);
  return result;
}

}  // namespace loads::websocket
