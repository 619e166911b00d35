#include "proto/writer.h"

#include <msgpack.hpp>

namespace loads::proto {
namespace {

// What msgpack::packer writes to.
struct Sink {
  std::string& out;
  void write(const char* data, std::size_t size) { out.append(data, size); }
};

template <typename Pack>
void pack(std::string& out, Pack&& write) {
  Sink sink{out};
  msgpack::packer<Sink> packer(sink);
  write(packer);
}

}  // namespace

void Writer::unsigned_integer(std::uint64_t value) {
  pack(out_, [&](auto& packer) { packer.pack_uint64(value); });
}

void Writer::signed_integer(std::int64_t value) {
  pack(out_, [&](auto& packer) { packer.pack_int64(value); });
}

void Writer::boolean(bool value) {
  pack(out_, [&](auto& packer) { value ? packer.pack_true() : packer.pack_false(); });
}

void Writer::real(double value) {
  pack(out_, [&](auto& packer) { packer.pack_double(value); });
}

void Writer::text(std::string_view text) {
  pack(out_, [&](auto& packer) {
    packer.pack_str(static_cast<std::uint32_t>(text.size()));
    packer.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
  });
}

void Writer::bytes(std::span<const std::uint8_t> bytes) {
  pack(out_, [&](auto& packer) {
    packer.pack_bin(static_cast<std::uint32_t>(bytes.size()));
    packer.pack_bin_body(reinterpret_cast<const char*>(bytes.data()), static_cast<std::uint32_t>(bytes.size()));
  });
}

void Writer::array(std::size_t elements) {
  pack(out_, [&](auto& packer) { packer.pack_array(static_cast<std::uint32_t>(elements)); });
}

void Writer::map(std::size_t pairs) {
  pack(out_, [&](auto& packer) { packer.pack_map(static_cast<std::uint32_t>(pairs)); });
}

void Writer::nil() {
  pack(out_, [](auto& packer) { packer.pack_nil(); });
}

}  // namespace loads::proto
