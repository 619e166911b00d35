#include "runner/load/select.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/refusal.h"

namespace loads::runner {
namespace {

using testing::ElementsAre;

const user::TestInfo kEs{"TestWebSite", "test_es", "/home/me/example.cpp", 5, nullptr};
const user::TestInfo kWs{"TestWebSite", "test_ws", "/home/me/example.cpp", 9, nullptr, 3};
const user::TestInfo kShop{"TestShop", "test_buy", "/home/me/example.cpp", 20, nullptr};
const Module kModule{"example.cpp", {&kEs, &kWs, &kShop}};

TEST(SelectTests, OneByItsNameOrAClassAsAWhole) {
  EXPECT_THAT(select_tests(kModule, "TestWebSite", "test_ws"), ElementsAre(&kWs));
  EXPECT_THAT(select_tests(kModule, "TestWebSite", ""), ElementsAre(&kEs, &kWs));
}

TEST(SelectTests, AModuleWithOneClassNeedsNoClass) {
  EXPECT_THAT(select_tests({"example.cpp", {&kShop}}, "", ""), ElementsAre(&kShop));
  EXPECT_EQ(refusal([] { select_tests(kModule, "", ""); }).message,
            "example.cpp has several test classes: TestWebSite, TestShop. Say which: example.cpp:TestWebSite.");
}

TEST(SelectTests, AnUnknownTestIsAnsweredWithTheOneThatWasMeant) {
  const Refusal unknown = refusal([] { select_tests(kModule, "TestWebSite", "test_ess"); });
  EXPECT_EQ(unknown.code, exit_code::cannot_load);
  EXPECT_EQ(unknown.id, "no-such-test");
  EXPECT_EQ(unknown.message, "no test \"test_ess\" in TestWebSite (example.cpp). Did you mean test_es? Tests there: test_es, test_ws.");
}

TEST(SelectTests, AnUnknownClassIsAnsweredWithTheOneThatWasMeant) {
  EXPECT_EQ(refusal([] { select_tests(kModule, "TestWebsite", "test_es"); }).message,
            "no test class \"TestWebsite\" in example.cpp. Did you mean TestWebSite? Classes there: TestWebSite, TestShop.");
}

TEST(ListTests, GivesPlaceAndWeight) {
  EXPECT_EQ(list_tests({&kEs, &kWs, &kShop}),
            "TestWebSite.test_es  example.cpp:5\n"
            "TestWebSite.test_ws  example.cpp:9  weight 3\n"
            "TestShop.test_buy    example.cpp:20\n");
}

}  // namespace
}  // namespace loads::runner
