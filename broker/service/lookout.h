#pragma once

#include <map>
#include <string>

#include "broker/core/broker.h"
#include "broker/metrics/run_figures.h"
#include "broker/web/server.h"

namespace loads::broker {

// What the broker shows to those who look on: makes the text when the web server wants one. A run that has ended is shown for kShownFor
// more, so that who asks now and then sees how it ended. Of the wire thread.
class Lookout {
 public:
  static constexpr std::chrono::minutes kShownFor{5};

  explicit Lookout(web::Server& server) : server_(server) {}

  void on_saved(const RunRecord& record, const Run& run, Now now);  // `run` becomes `record`
  void tick(const Broker& broker, Now now);

 private:
  struct Ended {
    RunFigures figures;
    proto::Nanoseconds until{};
  };

  std::string text(const Broker& broker, Now now) const;

  web::Server& server_;
  std::map<std::string, Ended> ended_;  // by run
};

}  // namespace loads::broker
