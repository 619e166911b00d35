#pragma once

#include <span>
#include <string_view>

namespace loads::bundle {

// Why `path` cannot be the path of a file in a bundle; empty: it can. It has to be relative, with / between its components and nothing that
// leads out of the folder it is unpacked in: no "..", no ".", no empty component, no NUL. Within the limits of limits.h.
std::string_view path_trouble(std::string_view path);

// One of `sorted` that is a file and, as another one's prefix, a folder too; empty: there is none.
std::string_view file_that_is_a_folder(std::span<const std::string_view> sorted);

}  // namespace loads::bundle
