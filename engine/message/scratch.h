#pragma once

#include <span>

namespace loads::message {

// Memory that all receivers of one thread share: what is in it is gone as soon as a fiber suspends.
using Scratch = std::span<char>;

}  // namespace loads::message
