#include "runner/load/module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/compile/compile_module.h"
#include "support/refusal.h"
#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

using testing::HasSubstr;

// Compiles `source`, which must not need libloads: this program does not export it.
std::filesystem::path library_of(const TemporaryFolder& folder, const std::string& source) {
  CacheFolder cache({{"XDG_CACHE_HOME", (folder.path() / "cache").string()}});
  return compile_module(folder.write("module.cpp", source), find_compiler(this_environment(), "/nowhere"), cache, [] {});
}

Refusal refusal_of(const std::string& source) {
  const TemporaryFolder folder;
  const auto library = library_of(folder, source);
  return refusal([&] { load_module(library, "module.cpp"); });
}

TEST(LoadModule, AnUndefinedSymbolIsNamedAsPeopleKnowIt) {
  const Refusal undefined = refusal_of("namespace shop { int price(int item); } int total() { return shop::price(1); }");
  EXPECT_EQ(undefined.code, exit_code::cannot_load);
  EXPECT_THAT(undefined.message, HasSubstr("module.cpp cannot be loaded: it uses shop::price(int), which is defined nowhere."));
}

TEST(LoadModule, AModuleOfAnotherInterfaceIsRefusedWithBoth) {
  const Refusal other = refusal_of("extern \"C\" const char* loads_module_abi() { return \"loads-module-0\"; }");
  EXPECT_EQ(other.code, exit_code::cannot_load);
  EXPECT_EQ(other.id, "module-version");
  EXPECT_THAT(other.message, HasSubstr("module.cpp was built for loads-module-0, this loads-runner speaks loads-module-"));
}

TEST(LoadModule, AModuleWithoutTestsIsRefused) {
  EXPECT_EQ(refusal_of("int nothing = 0;").message, "module.cpp has no tests: it does not include <loads/loads.h>.");
  EXPECT_EQ(refusal_of("int nothing = 0;").id, "no-tests");
}

TEST(LoadModule, WhatIsNoSharedObjectIsRefused) {
  const TemporaryFolder folder;
  const auto file = folder.write("example.so", "this is text");
  const Refusal text = refusal([&] { load_module(file, "example.so"); });
  EXPECT_EQ(text.code, exit_code::cannot_load);
  EXPECT_THAT(text.message, HasSubstr("example.so cannot be loaded: "));
}

}  // namespace
}  // namespace loads::runner
