#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace loads {

// `bytes` in base64 with padding (RFC 4648, section 4): histograms in JSON and in .hlog files, basic authentication.
std::string base64_encode(std::span<const std::uint8_t> bytes);

}  // namespace loads
