#include "runner/load_profile.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#include <loads/feeder.h>

#include "common/duration.h"
#include "common/failure.h"
#include "common/plan/plan.h"
#include "engine/feed/csv.h"
#include "runner/options/parse_load.h"

namespace loads::runner {
namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw Failure(exit_code::usage, "the profile " + file + " " + why + ". It wants lines such as\n    seconds,rate\n    0,10\n    60,500",
                "profile");
}

std::string read(const std::string& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) refuse(file, "is a folder");
  std::ifstream in(file, std::ios::binary);
  if (!in) refuse(file, "cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

double value_of(const std::string& file, const std::string& text, bool of_rate) {
  if (!of_rate && text.find('/') != std::string::npos) refuse(file, "has a rate in its column users, \"" + text + '"');
  return parse::rate(text);
}

}  // namespace

LoadProfile read_load_profile(const std::string& file) {
  try {
    const feed::Table table = feed::read_csv(read(file), ',', {});
    const auto time = table.column("seconds");
    const auto rate = table.column("rate");
    const auto users = table.column("users");
    const auto value = rate ? rate : users;
    if (!time || !value) refuse(file, "lacks the column " + std::string(time ? "rate or users" : "seconds"));
    if (rate && users) refuse(file, "has both a rate and users");
    std::vector<plan::Profile::Point> points;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const std::string at(table.cell(row, *time));
      const auto since_start = parse_duration(at);
      if (!since_start) refuse(file, "has a time that is none, \"" + at + '"');
      points.push_back({*since_start, value_of(file, std::string(table.cell(row, *value)), rate.has_value())});
    }
    if (points.size() > plan::kMostPoints) refuse(file, "has more than " + std::to_string(plan::kMostPoints) + " lines");
    return {plan::Profile(std::move(points)), rate.has_value()};
  } catch (const std::invalid_argument& reason) {
    refuse(file, std::string("makes no sense: ") + reason.what());
  } catch (const FeedError& error) {
    refuse(file, std::string("cannot be read: ") + error.what());
  }
}

}  // namespace loads::runner
