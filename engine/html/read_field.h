#pragma once

#include <optional>

#include <gumbo.h>

#include "engine/html/field.h"

namespace loads::html {

// <input>, <select>, <textarea> or <button> as a field of a form; none when it is something else, or a button that resets.
std::optional<Field> read_field(const GumboNode& node);

}  // namespace loads::html
