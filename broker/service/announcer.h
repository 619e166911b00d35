#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/broker.h"
#include "broker/service/shelf.h"
#include "observer/observers.h"
#include "observer/teller.h"

namespace loads::broker {

// Tells observers of runs that are over: the broker's own of every run, a run's own of that. At least once: an end is marked as told in the
// store when they know it or were given up, and told (again) by the next start of the broker when it is not.
class Announcer {
 public:
  struct Settings {
    std::vector<proto::Observer> own;
    observer::AllowedHosts allowed;  // where a console's observers may be, unless `anywhere`
    bool anywhere = false;           // consoles are of this machine
  };

  Announcer(Shelf& shelf, Settings settings);

  // Why an order's observers are not taken; empty: they are.
  std::string why_not(const proto::Submit& submit) const;
  void on_saved(const RunRecord& record);
  void tick(Broker& broker, Now now);  // begins what is due, and takes in what came of it

 private:
  using End = std::pair<std::string, std::string>;  // run and state

  void announce(const std::string& run, Broker& broker, Now now);
  void conclude(const observer::Told& told, Broker& broker, Now now);

  Shelf& shelf_;
  Settings settings_;
  std::set<std::string> ended_;         // runs of which nobody was told yet
  std::map<End, std::size_t> pending_;  // observers that are being told
  observer::Teller teller_;
};

}  // namespace loads::broker
