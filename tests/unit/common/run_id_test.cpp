#include "common/run_id.h"

#include <gtest/gtest.h>

#include <set>

namespace loads {
namespace {

TEST(RunId, IsEightHexDigitsAndDiffersFromRunToRun) {
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    const std::string id = make_run_id();
    EXPECT_TRUE(is_run_id(id)) << id;
    ids.insert(id);
  }
  EXPECT_GE(ids.size(), 99u);
}

TEST(RunId, NothingElseIsOne) {
  EXPECT_TRUE(is_run_id("0123cdef"));
  for (const char* text : {"", "0123cde", "0123cdef0", "0123CDEF", "0123cdeg", "../../ab", "0123 def"})
    EXPECT_FALSE(is_run_id(text)) << text;
}

}  // namespace
}  // namespace loads
