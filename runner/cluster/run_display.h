#pragma once

#include <optional>
#include <string>

#include "proto/console_messages.h"
#include "runner/console/progress.h"
#include "runner/options/options.h"

namespace loads::runner {

// What a user sees of a distributed run while it goes on: the bar, news of its agents, and the question after Ctrl-C. All of it goes to
// stderr.
class RunDisplay {
 public:
  explicit RunDisplay(const Options& options) : options_(options) {}

  void show(const proto::Snapshot& snapshot);
  void note(const std::string& line);
  void ask(const proto::Snapshot* so_far);
  void end_question();
  void finish();

 private:
  Progress& progress();
  void join(const proto::Snapshot& snapshot);

  const Options& options_;
  std::optional<Progress> progress_;
  proto::RunStatus status_;  // as it was shown last
  bool running_ = false;     // was shown
};

}  // namespace loads::runner
