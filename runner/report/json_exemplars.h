#pragma once

#include <nlohmann/json.hpp>

#include "common/metrics/exemplar.h"

namespace loads::runner {

// `exemplars` of the summary for programs.
nlohmann::ordered_json json_of(const metrics::ExemplarTable& exemplars);

}  // namespace loads::runner
