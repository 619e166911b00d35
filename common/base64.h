#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loads {

// `bytes` in base64 with padding (RFC 4648, section 4): histograms in JSON and in .hlog files, basic authentication.
std::string base64_encode(std::span<const std::uint8_t> bytes);

// Nothing for text that base64_encode() cannot have made.
std::optional<std::vector<std::uint8_t>> base64_decode(std::string_view text);

}  // namespace loads
