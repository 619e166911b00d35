#include "proto/bundle/container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/bundle/limits.h"
#include "unit/proto/bundle/raw_bundle.h"
#include "unit/proto/bundle/scratch.h"

namespace loads::bundle {
namespace {

using testing::HasSubstr;

TEST(Container, IsWrittenAsTheFormatSays) {
  const auto contents = bytes_of("hi");
  ContainerWriter writer(1);
  writer.add({"a/b", true, contents});
  EXPECT_EQ(writer.take(), bytes_of(std::string("LOADSBND"
                                                "\1\0\0\0"
                                                "\1\0\0\0"
                                                "\3\0"
                                                "\1"
                                                "\2\0\0\0\0\0\0\0"
                                                "a/b"
                                                "hi",
                                                32)));
}

TEST(Container, SaysHowMuchAFileAdds) {
  const auto contents = bytes_of("hello");
  const Item item{"a/b", false, contents};
  ContainerWriter writer(1);
  const std::size_t before = writer.size();
  writer.add(item);
  EXPECT_EQ(writer.size() - before, 19u);
  EXPECT_EQ(ContainerWriter::size_of(item), 19u);
}

TEST(Container, ReadsWhatWasWritten) {
  const auto bytes = RawBundle(4).file("-", "").file("a-b", "1\0").file("a/b", "22", 1).file("\xff\n\x1b", "333").bytes();
  const auto container = decode(bytes);
  ASSERT_EQ(container.error, "");
  ASSERT_EQ(container.items.size(), 4u);
  EXPECT_EQ(container.items[0].path, "-");
  EXPECT_TRUE(container.items[0].contents.empty());
  EXPECT_EQ(container.items[2].path, "a/b");
  EXPECT_TRUE(container.items[2].executable);
  EXPECT_FALSE(container.items[3].executable);
  EXPECT_EQ(std::vector(container.items[3].contents.begin(), container.items[3].contents.end()), bytes_of("333"));
}

TEST(Container, MayBeEmpty) {
  const auto container = decode(RawBundle(0).bytes());
  EXPECT_EQ(container.error, "");
  EXPECT_TRUE(container.items.empty());
}

TEST(Container, RefusesEveryHostileCase) {
  const auto cases = hostile_cases();
  EXPECT_GE(cases.size(), 50u);
  for (const HostileCase& hostile : cases) {
    const auto container = decode(hostile.bytes);
    EXPECT_FALSE(container) << hostile.what;
    EXPECT_TRUE(container.items.empty()) << hostile.what;
    EXPECT_THAT(container.error, HasSubstr(hostile.error)) << hostile.what;
  }
}

TEST(Container, CutShortAtAnyByteIsRefused) {
  const auto bytes = RawBundle(3).file("a", "").file("b/c", "contents", 1).file("d", "more").bytes();
  ASSERT_TRUE(decode(bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode(Bytes(bytes).first(size))) << size;
  }
}

TEST(Container, TakesPathsUpToTheLimits) {
  std::string deep;
  for (int i = 0; i < 31; ++i) deep += "d/";
  EXPECT_EQ(decode(bundle_of(deep + "f")).error, "");
  EXPECT_EQ(decode(bundle_of(std::string(255, 'n'))).error, "");
  EXPECT_EQ(decode(bundle_of(std::string(250, 'a') + "/" + std::string(250, 'b') + "/" + std::string(10, 'c'))).error, "");
  EXPECT_EQ(decode(bundle_of("...")).error, "");
  EXPECT_EQ(decode(bundle_of("..a/b..")).error, "");
}

TEST(Container, LargerThan64MiBIsRefused) {
  const std::vector<std::uint8_t> bytes(kMaxPacked + 1);
  EXPECT_EQ(decode(bytes).error, "this is no bundle: it is larger than 64 MiB");
}

}  // namespace
}  // namespace loads::bundle
