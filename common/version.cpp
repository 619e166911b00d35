#include "common/version.h"

namespace loads {

std::string_view version() { return LOADS_VERSION; }

}  // namespace loads
