#include "common/run_id.h"

#include <algorithm>
#include <cstdint>
#include <random>

namespace loads {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kLength = 8;

}  // namespace

std::string make_run_id() {
  std::random_device device;
  std::uint32_t bits = device();
  std::string id(kLength, '0');
  for (char& digit : id) {
    digit = kDigits[bits % 16];
    bits /= 16;
  }
  return id;
}

bool is_run_id(std::string_view text) {
  return text.size() == kLength && std::all_of(text.begin(), text.end(), [](char c) { return kDigits.find(c) != std::string_view::npos; });
}

}  // namespace loads
