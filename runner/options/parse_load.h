#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "runner/options/load_options.h"
#include "runner/options/table.h"

// The values of options that say how much load there is when. As parse.h.
namespace loads::runner::parse {

double rate(const std::string& word);            // "500", "500/s", "30/m", "7200/h": a second
double factor(const Texts& texts);               // "1.5", "150%", "30x": more than 0
std::vector<double> rates(const Texts& texts);   // "100/s:200/s:300/s"
LoadOptions::Stages stages(const Texts& texts);  // "30s:10,1m:100" users, "30s:10/s,1m:100/s" a second
std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds> time_range(const Texts& texts);  // "2s", "1s:3s"

}  // namespace loads::runner::parse
