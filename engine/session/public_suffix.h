#pragma once

#include <string>

namespace loads::session {

// Whether so many belong to nobody in particular, "co.uk" or "github.io", that no server may set cookies for all below it (the list of
// publicsuffix.org). `domain` is in lower case.
bool is_public_suffix(const std::string& domain);

}  // namespace loads::session
