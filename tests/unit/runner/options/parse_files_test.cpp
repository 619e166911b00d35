#include "runner/options/parse_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/refusal.h"
#include "support/temporary_folder.h"

namespace loads::runner::parse {
namespace {

using testing::StartsWith;

TEST(ParseFiles, AFileIsRead) {
  const TemporaryFolder folder;
  EXPECT_EQ(file({folder.write("ca.pem", "text").string()}), "text");
  EXPECT_EQ(file({}), "");
  EXPECT_EQ(refused([] { file({"/no/such.pem"}); }), "cannot read /no/such.pem: No such file or directory");
}

TEST(ParseFiles, OneWithoutCertificateOrKeyIsNamed) {
  const TemporaryFolder folder;
  const std::string path = folder.write("empty.pem", "").string();
  EXPECT_THAT(refused([&] { certificates({path}); }), StartsWith(path + ": no certificate in PEM form"));
  EXPECT_THAT(refused([&] { private_key({path}); }), StartsWith(path + ": no private key in PEM form"));
  EXPECT_EQ(certificates({}), "");
}

}  // namespace
}  // namespace loads::runner::parse
