#include "cluster/agents/figures.h"

#include <array>

namespace loads::bench {
namespace {

// [[value, count], ...], by the thousandth part of the values: enough for every percentile that is asked of it.
std::string quantiles(const metrics::Histogram& histogram) {
  constexpr int kParts = 1000;
  std::string text;
  for (int part = 0; part < kParts && histogram.count() > 0; ++part) {
    text += (text.empty() ? "" : ",") + std::to_string(histogram.value_at((part + 0.5) / kParts));
  }
  return "{\"count\":" + std::to_string(histogram.count()) + ",\"max\":" + std::to_string(histogram.max()) + ",\"parts\":[" + text + "]}";
}

}  // namespace

std::string to_json(const Figures& figures) {
  std::string text = "{";
  const auto add = [&text](const char* name, const std::string& value) {
    text += (text.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":" + value;
  };
  add("welcomed", std::to_string(figures.welcomed));
  add("hellos", std::to_string(figures.hellos));
  add("refused", std::to_string(figures.refused));
  add("made", std::to_string(figures.made));
  add("acknowledged", std::to_string(figures.acknowledged));
  add("shares", std::to_string(figures.shares));
  add("closed", std::to_string(figures.closed));
  add("acks_us", quantiles(figures.acks));
  add("last_acks_us", quantiles(figures.last_acks));
  add("late_starts_us", quantiles(figures.late_starts));
  add("complete", figures.complete() ? "true" : "false");
  return text + "}";
}

}  // namespace loads::bench
