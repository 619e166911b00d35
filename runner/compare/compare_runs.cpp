#include "runner/compare/compare_runs.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "common/failure.h"
#include "runner/cluster/cluster_commands.h"
#include "runner/compare/comparison.h"
#include "runner/console/colour.h"
#include "runner/options/parse.h"
#include "runner/report/json.h"
#include "runner/report/output_file.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargest = 512U << 20U;  // bytes of a result: ten times that of a run with 200 names

[[noreturn]] void refuse(const std::string& place, const std::string& why) {
  throw Failure(exit_code::usage, place + " cannot be compared: " + why, "result");
}

std::string read_file(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) refuse(path, "it is a folder. Name the file that --json has written.");
  if (const auto size = fs::file_size(path, error); !error && size > kLargest) refuse(path, "it is larger than 512 MB.");
  std::ifstream in(path, std::ios::binary);
  if (!in) refuse(path, std::string("it cannot be read, ") + std::strerror(errno) + ".");
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_run_name(const std::string& word) {
  try {
    return parse::run_name(word) == word;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

// A file that is there is meant, whatever it is called; then the name of a run.
StoredRun find(const std::string& word, const Options& options, const Environment& environment) {
  std::error_code error;
  if (fs::exists(word, error)) return read_result(word, read_file(word));
  if (!is_run_name(word)) refuse(word, "there is no such file, and it is no name of a run: those are 8 digits from 0 to f.");
  const Report report = stored_report(options, broker_address(options.cluster, environment), word);
  return read_result("run " + report.run_id, to_json(report));
}

void write(const Comparison& comparison, const Options& options) {
  const bool json_to_stdout = options.json == "-";
  std::ostream& stream = json_to_stdout ? std::cerr : std::cout;
  stream << text_of(comparison, paint_for(options.color, json_to_stdout ? STDERR_FILENO : STDOUT_FILENO));
  if (json_to_stdout) {
    std::cout << json_of(comparison);
  } else if (!options.json.empty()) {
    write_file(options.json, json_of(comparison));
  }
  std::cout.flush();
  if (!std::cout) throw Failure(exit_code::local_resource, "cannot write the comparison to stdout. Is the disk full?", "unwritable");
}

}  // namespace

int compare_runs(const Options& options, const Environment& environment) {
  StoredRun a = find(options.compared[0], options, environment);
  StoredRun b = find(options.compared[1], options, environment);
  const Comparison comparison = make_comparison(std::move(a), std::move(b), options.max_regressions, options.exit_codes.on_invalid);
  write(comparison, options);
  if (const std::string unjudged = comparison.unjudged(); !unjudged.empty() && comparison.exit_code() == exit_code::passed)
    throw Failure(exit_code::usage,
                  "nothing can be said about " + unjudged + ". Compare longer runs: of 30 seconds at least, better of minutes.",
                  "no-interval");
  return comparison.exit_code();
}

}  // namespace loads::runner
