#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace loads::websocket {

// The codings of permessage-deflate (RFC 7692, 7.2): messages as raw deflate blocks whose last four bytes, always the same, are left out.

// Packs messages. Takes 32 KiB: less than the other side must be ready for, since a load has many sockets.
class Deflater {
 public:
  explicit Deflater(bool keep_context);  // from message to message
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  static constexpr int kWindowBits = 12;  // of the largest window that it uses

  // Appends `message`, which is not empty, packed.
  void append(std::string_view message, std::string& out);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  bool keep_context_;
};

// Unpacks messages, piece by piece. Takes as much memory as the window has (2^window_bits bytes), and 10 KiB.
class Inflater {
 public:
  enum class Result : std::uint8_t { done, too_large, corrupt };

  Inflater(int window_bits, bool keep_context);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Appends to `message` what the piece holds, as long as it has no more than `most` bytes then.
  Result append(std::string_view piece, std::size_t most, std::string& message);
  Result end_message(std::size_t most, std::string& message);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  bool keep_context_;
};

}  // namespace loads::websocket
