#include "runner/destinations.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "common/failure.h"
#include "runner/report/github.h"
#include "runner/report/output_file.h"
#include "runner/report/result_stdout.h"

namespace loads::runner {

Destinations::Destinations(const Options& options)
    : outputs_(options.outputs), file_(options.output_file), json_(options.json), colour_(options.color), on_github_(options.github.on) {
  for (const std::string& file : files()) check_writable(file);
}

std::vector<std::string> Destinations::files() const {
  std::vector<std::string> files;
  if (std::count(outputs_.begin(), outputs_.end(), OutputName::file) > 0) files.push_back(file_);
  if (!json_.empty() && !stdout_is_json()) files.push_back(json_);
  return files;
}

void Destinations::write_text(Attempts& attempts, const Text& text) const {
  for (const OutputName output : outputs_) attempts.make([&] { write_text_to(output, text); });
}

void Destinations::write_text_to(OutputName output, const Text& text) const {
  switch (output) {
    case OutputName::none: return;
    case OutputName::file: return write_file(file_, text(Paint(colour_ == ColourMode::always)));
    case OutputName::standard: return print(text);
  }
}

void Destinations::print(const Text& text) const {
  const std::string shown = text(paint_for(colour_, stdout_is_json() ? STDERR_FILENO : STDOUT_FILENO));
  (stdout_is_json() ? std::cerr : std::cout) << (on_github_ ? without_commands(shown) : shown) << std::flush;
}

void Destinations::write_json(const std::function<std::string()>& json) const {
  if (json_.empty()) return;
  if (!stdout_is_json()) return write_file(json_, json());
  give_stdout_back();
  std::cout << json();
}

void Destinations::flush_stdout() {
  std::cout.flush();
  if (!std::cout) throw Failure(exit_code::local_resource, "cannot write the result to stdout. Is the disk full?", "unwritable");
}

}  // namespace loads::runner
