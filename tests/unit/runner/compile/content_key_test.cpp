#include "runner/compile/content_key.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

TEST(ContentKey, IsTheSameForTheSamePartsOnly) {
  EXPECT_EQ(content_key({"a", "b"}), content_key({"a", "b"}));
  EXPECT_NE(content_key({"a", "b"}), content_key({"b", "a"}));
  EXPECT_NE(content_key({"ab", "c"}), content_key({"a", "bc"}));
  EXPECT_NE(content_key({"a"}), content_key({"a", ""}));
}

TEST(ContentKey, IsSha1InHexadecimal) {
  // echo -n "3:abc" | sha1sum
  EXPECT_EQ(content_key({"abc"}), "7ac1b65bee717261fd2b947f0cc5ef99c55f3c18");
}

TEST(FileContent, IsNothingForWhatIsNoFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(file_content(folder.write("a", "x\ny\n")), "x\ny\n");
  EXPECT_FALSE(file_content(folder.path()));
  EXPECT_FALSE(file_content(folder.path() / "missing"));
}

}  // namespace
}  // namespace loads::runner
