#include "common/plan/steering.h"

#include <algorithm>

namespace loads::plan {

std::vector<Profile::Change> Steering::changes_since(Seconds begin) const {
  std::vector<Profile::Change> since;
  for (const Change& change : changes) since.push_back({std::max(change.at - begin, Seconds(0)), change.factor});
  return since;
}

}  // namespace loads::plan
