#include "runner/load/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/refusal.h"
#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

using testing::ElementsAre;

TEST(SearchFolders, GoFromTheNearToTheFar) {
  EXPECT_THAT(search_folders({"one"}, {{"LOADS_PATH", "/two::three"}}, "/usr"),
              ElementsAre("one", ".", "/two", "three", "/usr/share/loads"));
  EXPECT_THAT(search_folders({}, {}, "/usr"), ElementsAre(".", "/usr/share/loads"));
}

TEST(FindModule, ClassAndTestFollowTheModule) {
  const TemporaryFolder folder;
  folder.write("loads/examples/test_blog.cpp", "");
  const auto found = find_module(DottedTarget{{"loads", "examples", "test_blog", "TestWebSite", "test_something"}}, {folder.path()});
  EXPECT_EQ(found.file, folder.path() / "loads/examples/test_blog.cpp");
  EXPECT_EQ(found.class_name, "TestWebSite");
  EXPECT_EQ(found.test_name, "test_something");
  EXPECT_EQ(found.kind, ModuleKind::source);
}

TEST(FindModule, TheClassAloneAndTheModuleAloneAreFound) {
  const TemporaryFolder folder;
  folder.write("example.cpp", "");
  EXPECT_EQ(find_module(DottedTarget{{"example", "TestWebSite"}}, {folder.path()}).class_name, "TestWebSite");
  EXPECT_EQ(find_module(DottedTarget{{"example"}}, {folder.path()}).class_name, "");
}

TEST(FindModule, SharedObjectsComeBeforeSources) {
  const TemporaryFolder folder;
  folder.write("example.cpp", "");
  folder.write("libexample.so", "");
  const DottedTarget target{{"example", "T", "t"}};
  EXPECT_EQ(find_module(target, {folder.path()}).file.filename(), "libexample.so");
  EXPECT_EQ(find_module(target, {folder.path()}).kind, ModuleKind::library);
  folder.write("example.so", "");
  EXPECT_EQ(find_module(target, {folder.path()}).file.filename(), "example.so");
}

TEST(FindModule, AnEarlierFolderWins) {
  const TemporaryFolder folder;
  folder.write("near/example.cpp", "");
  folder.write("far/example.so", "");
  EXPECT_EQ(find_module(DottedTarget{{"example", "T", "t"}}, {folder.path() / "near", folder.path() / "far"}).file,
            folder.path() / "near/example.cpp");
}

TEST(FindModule, AFileInTheWorkingFolderHasItsPlainName) {
  const TemporaryFolder folder;
  folder.write("example.cpp", "");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const auto found = find_module(DottedTarget{{"example", "T", "t"}}, {"."});
  std::filesystem::current_path(before);
  EXPECT_EQ(found.file, "example.cpp");
}

TEST(FindModule, WhatIsNotFoundIsToldWithThePlaces) {
  const Refusal missing = refusal([] { find_module(DottedTarget{{"example", "TestWebSite", "test_es"}}, {"/nowhere", "."}); });
  EXPECT_EQ(missing.code, exit_code::cannot_load);
  EXPECT_EQ(missing.id, "no-such-module");
  EXPECT_EQ(missing.message,
            "no test module \"example\". Looked for example.so, libexample.so, example.cpp, example.py in /nowhere, .. "
            "Name its folder with --test-dir.");
  EXPECT_EQ(refusal([] {
              find_module(FileTarget{"/nowhere/a.cpp", "T", "t"});
            }).message,
            "no test module /nowhere/a.cpp: there is no such file.");
}

TEST(FindModule, AModuleOfPythonIsImportedFromItsFolder) {
  const TemporaryFolder folder;
  folder.write("shop/checkout.py", "");
  const auto found = find_module(DottedTarget{{"shop", "checkout", "TestShop", "test_buy"}}, {folder.path()});
  EXPECT_EQ(found.kind, ModuleKind::python);
  EXPECT_EQ(found.root, folder.path());
}

TEST(FindModule, AFileOfAPythonPackageIsImportedFromTheFolderAboveThePackage) {
  const TemporaryFolder folder;
  folder.write("shop/__init__.py", "");
  folder.write("shop/checkout.py", "");
  const auto found = find_module(FileTarget{folder.path() / "shop/checkout.py", "TestShop", ""});
  EXPECT_EQ(found.root, folder.path());
}

}  // namespace
}  // namespace loads::runner
