#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <loads/test_case.h>

#include "engine/user/test_cycle.h"
#include "engine/user/test_registry.h"

namespace loads::user {

class VirtualUser;

// The tests of a run, in the order in which a user takes them.
struct TestMix {
  explicit TestMix(const std::vector<const TestInfo*>& tests_in) : tests(tests_in), cycle(test_cycle(tests_in)) {}

  const std::vector<const TestInfo*>& tests;
  const std::vector<std::size_t> cycle;
};

// The objects of one virtual user: one for each test that it runs, made and set up when it is first run.
class TestSet {
 public:
  TestSet(const TestMix& mix, VirtualUser& user);
  ~TestSet();
  TestSet(const TestSet&) = delete;
  TestSet& operator=(const TestSet&) = delete;

  struct Entry {
    const TestInfo* info;
    TestCase* object;  // null: it could not be made or set up, which is recorded
  };
  Entry next();

  bool tear_down();  // false when something went wrong in it, which is recorded

 private:
  std::unique_ptr<TestCase> make(const TestInfo& info);

  const TestMix& mix_;
  VirtualUser& user_;
  std::size_t next_;  // in the cycle
  std::vector<std::unique_ptr<TestCase>> objects_;
};

}  // namespace loads::user
