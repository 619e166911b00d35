#include "engine/session/public_suffix.h"

#include <libpsl.h>

namespace loads::session {

// The list that is built into the library: constant, so that every thread may ask it. An unlisted top-level domain counts as one.
bool is_public_suffix(const std::string& domain) { return psl_is_public_suffix(psl_builtin(), domain.c_str()) != 0; }

}  // namespace loads::session
