#include "engine/websocket/frame.h"

#include <cstring>
#include <random>

namespace loads::websocket {
namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kCompressed = 0x40;
constexpr std::uint8_t kReserved = 0x30;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kTwoBytes = 126;  // of length follow
constexpr std::uint8_t kEightBytes = 127;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

bool is_known(std::uint8_t opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

std::uint64_t read_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8U | static_cast<std::uint8_t>(c);
  return number;
}

// The length behind the first two bytes; 0 when the bytes are not all there.
HeaderResult read_long_length(std::string_view bytes, std::uint8_t kind, std::uint64_t& length) {
  const std::size_t size = kind == kTwoBytes ? 2 : 8;
  if (bytes.size() < 2 + size) return {};
  length = read_number(bytes.substr(2, size));
  if (length >> 63U != 0) return {0, "a frame's length has its highest bit set"};
  if (length < kTwoBytes || (kind == kEightBytes && length <= 0xffff)) return {0, "a frame's length is not in its shortest form"};
  return {2 + size};
}

const char* wrong_with(std::uint8_t first, std::uint8_t second) {
  const std::uint8_t opcode = first & 0x0fU;
  if ((first & kReserved) != 0) return "a frame has a reserved bit set";
  if (!is_known(opcode)) return "a frame has a reserved opcode";
  if ((second & kMasked) != 0) return "a frame of the server is masked";
  if (opcode < 8) return nullptr;
  if ((first & kFinal) == 0) return "a control frame is fragmented";
  if ((first & kCompressed) != 0) return "a control frame has a reserved bit set";
  if ((second & 0x7fU) > kMostOfControl) return "a control frame is longer than 125 bytes";
  return nullptr;
}

std::size_t write_header(char* out, const FrameHeader& header, std::size_t length) {
  const auto put = [&out](std::uint64_t byte) { *out++ = static_cast<char>(byte); };
  char* const begin = out;
  put((header.final ? kFinal : 0U) | (header.compressed ? kCompressed : 0U) | static_cast<std::uint8_t>(header.opcode));
  if (length < kTwoBytes) {
    put(kMasked | length);
  } else if (length <= 0xffff) {
    put(kMasked | kTwoBytes);
    put(length >> 8U);
    put(length & 0xffU);
  } else {
    put(kMasked | kEightBytes);
    for (int shift = 56; shift >= 0; shift -= 8) put(length >> static_cast<unsigned>(shift) & 0xffU);
  }
  return static_cast<std::size_t>(out - begin);
}

void copy_masked(char* out, std::string_view payload, MaskKey key) {
  std::array<char, 8> twice{key[0], key[1], key[2], key[3], key[0], key[1], key[2], key[3]};
  std::uint64_t mask = 0;
  std::memcpy(&mask, twice.data(), sizeof mask);
  std::size_t at = 0;
  for (; at + sizeof mask <= payload.size(); at += sizeof mask) {
    std::uint64_t word = 0;
    std::memcpy(&word, payload.data() + at, sizeof word);
    word ^= mask;
    std::memcpy(out + at, &word, sizeof word);
  }
  for (; at < payload.size(); ++at) out[at] = static_cast<char>(payload[at] ^ key[at % key.size()]);
}

std::uint64_t seed() {
  std::random_device device;
  return static_cast<std::uint64_t>(device()) << 32U | device();
}

}  // namespace

HeaderResult read_header(std::string_view bytes, FrameHeader& header) {
  if (bytes.size() < 2) return {};
  const std::uint8_t first = byte_at(bytes, 0);
  const std::uint8_t second = byte_at(bytes, 1);
  if (const char* error = wrong_with(first, second)) return {0, error};
  header.opcode = static_cast<Opcode>(first & 0x0fU);
  header.final = (first & kFinal) != 0;
  header.compressed = (first & kCompressed) != 0;
  header.length = second & 0x7fU;
  return header.length < kTwoBytes ? HeaderResult{2} : read_long_length(bytes, second & 0x7fU, header.length);
}

void append_frame(message::ByteBuffer& out, const FrameHeader& header, std::string_view payload, MaskKey key) {
  char* const begin = out.room(kMostOfHeader + key.size() + payload.size()).data();
  char* at = begin + write_header(begin, header, payload.size());
  std::memcpy(at, key.data(), key.size());
  at += key.size();
  copy_masked(at, payload, key);
  out.filled(static_cast<std::size_t>(at - begin) + payload.size());
}

MaskKey next_mask_key() {
  // SplitMix64: a few instructions, where the system's source would cost a call for each message.
  thread_local std::uint64_t state = seed();
  std::uint64_t mixed = state += 0x9e3779b97f4a7c15U;
  mixed = (mixed ^ mixed >> 30U) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111ebU;
  mixed ^= mixed >> 31U;
  MaskKey key{};
  std::memcpy(key.data(), &mixed, key.size());
  return key;
}

}  // namespace loads::websocket
