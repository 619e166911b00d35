#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "examples/target/options.h"
#include "examples/target/reply.h"

namespace loads::target {

using Numbers = std::array<std::uint64_t, 2>;  // of the path: {20, 5} of /drip/20/5

// A path that behaves in a way of its own: /name/NUMBER/NUMBER.
struct Page {
  std::string_view name;
  std::size_t numbers;  // how many the path has to have
  void (*write)(const Request&, const Numbers&, Reply&);
};

std::span<const Page> pages();          // good answers
std::span<const Page> session_pages();  // more of them: what a session does beside single requests
std::span<const Page> faults();         // what a client has to survive

// The part of a body that is sent at a time: `size` bytes of it, appended.
inline constexpr std::size_t kPiece = 64 * 1024;
void append_filling(std::string& text, std::size_t size);

// What `request` gets.
void write_reply(const Request& request, const Options& options, Reply& reply);

}  // namespace loads::target
