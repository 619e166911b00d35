#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runner/attempts.h"
#include "runner/console/colour.h"
#include "runner/options/options.h"

namespace loads::runner {

// Where a result goes as text for people (--output) and as JSON (--json). JSON on stdout moves the text to stderr; to GitHub Actions, which
// reads both, no line of the text is a command.
class Destinations {
 public:
  using Text = std::function<std::string(const Paint&)>;

  // Throws Failure(local_resource) when a file cannot be written, before anything is sent.
  explicit Destinations(const Options& options);

  std::vector<std::string> files() const;

  void write_text(Attempts& attempts, const Text& text) const;  // each place it goes to is an attempt

  // They throw Failure(local_resource) when it could not be written after all.
  void write_json(const std::function<std::string()>& json) const;  // asked for only when it is wanted
  static void flush_stdout();

 private:
  void write_text_to(OutputName output, const Text& text) const;
  void print(const Text& text) const;
  bool stdout_is_json() const { return json_ == "-"; }

  std::vector<OutputName> outputs_;
  std::string file_;
  std::string json_;
  ColourMode colour_;
  bool on_github_;
};

}  // namespace loads::runner
