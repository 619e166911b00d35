#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "broker/service/shelf.h"

namespace loads::broker {

// loads-broker --import-spool: takes into the ledgers of their runs what agents have kept in their state folders, since their broker was
// gone, each batch once, and concludes the runs anew. The broker does not run; `shelf` is its state. What was done, and what was refused
// and why, is printed to `out`. The exit code: 0, or too_few_agents when something was refused.
int import_spool(Shelf& shelf, const std::vector<std::string>& paths, std::ostream& out);

}  // namespace loads::broker
