#include "engine/user/test_mix.h"

#include <utility>

#include "engine/user/virtual_user.h"

namespace loads::user {

TestSet::TestSet(const TestMix& mix, VirtualUser& user)
    : mix_(mix), user_(user), next_(user.index() % mix.cycle.size()), objects_(mix.tests.size()) {}

TestSet::~TestSet() {
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    if (objects_[i] != nullptr) user_.destroy(std::move(objects_[i]), *mix_.tests[i]);
  }
}

TestSet::Entry TestSet::next() {
  const std::size_t index = mix_.cycle[next_];
  if (++next_ == mix_.cycle.size()) next_ = 0;
  if (objects_[index] == nullptr) objects_[index] = make(*mix_.tests[index]);
  return {mix_.tests[index], objects_[index].get()};
}

bool TestSet::tear_down() {
  bool done = true;
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    if (objects_[i] != nullptr && !user_.tear_down(*objects_[i], *mix_.tests[i])) done = false;
  }
  return done;
}

std::unique_ptr<TestCase> TestSet::make(const TestInfo& info) {
  auto object = user_.make(info);
  if (object != nullptr && !user_.set_up(*object, info)) user_.destroy(std::move(object), info);
  return object;
}

}  // namespace loads::user
