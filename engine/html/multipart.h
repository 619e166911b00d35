#pragma once

#include <string>
#include <vector>

#include "engine/html/form.h"

namespace loads::html {

// A submission as multipart/form-data (RFC 7578), its parts in the order of the page, as browsers send it.
struct Multipart {
  std::string content_type;
  std::string body;
};

// Files that are named without content are read. Throws AppError when one cannot be.
Multipart make_multipart(const std::vector<Part>& parts);

}  // namespace loads::html
