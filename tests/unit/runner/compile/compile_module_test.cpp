#include "runner/compile/compile_module.h"

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "runner/compile/content_key.h"
#include "support/refusal.h"
#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class CompileModule : public testing::Test {
 protected:
  // Whether the compiler had to run; the module is library_ then.
  bool compiles(const fs::path& source, const Environment& more = {}) {
    Environment environment = this_environment();
    for (const auto& [name, value] : more) environment[name] = value;
    bool compiled = false;
    library_ = compile_module(source, find_compiler(environment, "/nowhere"), cache_, [&] { compiled = true; });
    return compiled;
  }
  // A file as if it had been there for a while: what changes while the compiler runs is not cached.
  fs::path write(const std::string& name, const std::string& content) {
    const fs::path file = folder_.write(name, content);
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(1));
    return file;
  }
  std::size_t temporary_files() const {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(cache_.path())) count += entry.path().filename().string().starts_with("tmp-") ? 1U : 0U;
    return count;
  }

  TemporaryFolder folder_;
  CacheFolder cache_{{{"XDG_CACHE_HOME", (folder_.path() / "cache").string()}}};
  fs::path library_;
};

TEST_F(CompileModule, TheSameSourceIsCompiledOnce) {
  const fs::path source = write("example.cpp", "int answer() { return 42; }\n");
  EXPECT_TRUE(compiles(source));
  const fs::path first = library_;
  EXPECT_TRUE(fs::is_regular_file(first));
  EXPECT_FALSE(compiles(source));
  EXPECT_EQ(library_, first);
  EXPECT_EQ(temporary_files(), 0U);
}

TEST_F(CompileModule, AChangedSourceIsCompiledAgain) {
  EXPECT_TRUE(compiles(write("example.cpp", "int a;\n")));
  EXPECT_TRUE(compiles(write("example.cpp", "int b;\n")));
  EXPECT_FALSE(compiles(write("example.cpp", "int a;\n")));
}

TEST_F(CompileModule, AChangedIncludedFileIsCompiledAgain) {
  const fs::path source = write("example.cpp", "#include \"helper with blank.h\"\n");
  write("helper with blank.h", "inline int a = 1;\n");
  EXPECT_TRUE(compiles(source));
  EXPECT_FALSE(compiles(source));
  write("helper with blank.h", "inline int a = 2;\n");
  EXPECT_TRUE(compiles(source));
  write("helper with blank.h", "inline int a = 1;\n");
  EXPECT_TRUE(compiles(source) || fs::is_regular_file(library_));
  fs::remove(folder_.path() / "helper with blank.h");
  EXPECT_EQ(refusal([&] { compiles(source); }).code, exit_code::cannot_load);
}

TEST_F(CompileModule, OtherFlagsAreAnotherModule) {
  const fs::path source = write("example.cpp", "int a = VALUE;\n");
  EXPECT_TRUE(compiles(source, {{"CXXFLAGS", "-DVALUE=1"}}));
  EXPECT_TRUE(compiles(source, {{"CXXFLAGS", "-DVALUE=2"}}));
  EXPECT_FALSE(compiles(source, {{"CXXFLAGS", "-DVALUE=1"}}));
}

TEST_F(CompileModule, ABrokenSourceIsToldWithItsFirstErrorsAndTheLog) {
  const fs::path source = write("example.cpp", "int a = first;\nint b = second;\nint c = third;\nint d = fourth;\n");
  const Refusal broken = refusal([&] { compiles(source); });
  EXPECT_EQ(broken.code, exit_code::cannot_load);
  EXPECT_EQ(broken.id, "does-not-compile");
  EXPECT_THAT(broken.message, HasSubstr("example.cpp does not compile.\n"));
  EXPECT_THAT(broken.message, HasSubstr("example.cpp:1:9: error: "));
  EXPECT_THAT(broken.message, HasSubstr("third"));
  EXPECT_THAT(broken.message, Not(HasSubstr("fourth")));
  const fs::path log = broken.message.substr(broken.message.rfind(' ') + 1);
  EXPECT_THAT(file_content(log).value_or(""), HasSubstr("fourth"));
  EXPECT_EQ(temporary_files(), 0U);
}

TEST_F(CompileModule, AFullDiskIsNoFaultOfTheSource) {
  const fs::path compiler = folder_.write("full", "#!/bin/sh\necho 'cc1plus: fatal error: a.s: No space left on device' >&2\nexit 1\n");
  fs::permissions(compiler, fs::perms::owner_all);
  const Refusal full = refusal([&] { compiles(write("example.cpp", "int a;\n"), {{"CXX", compiler.string()}}); });
  EXPECT_EQ(full.code, exit_code::local_resource);
  EXPECT_EQ(full.id, "no-cache");
  EXPECT_THAT(full.message, HasSubstr("there is no room left"));
}

TEST_F(CompileModule, ACompilerThatFailsWithoutAWordIsSaidToHaveDoneSo) {
  const Refusal silent = refusal([&] { compiles(write("example.cpp", "int a;\n"), {{"CXX", "false"}}); });
  EXPECT_EQ(silent.code, exit_code::cannot_load);
  EXPECT_THAT(silent.message, HasSubstr("The compiler has not said why."));
}

TEST_F(CompileModule, TwoRunnersMayCompileTheSameFileAtOnce) {
  const fs::path source = write("example.cpp", "int answer() { return 42; }\n");
  const Compiler compiler = find_compiler(this_environment(), "/nowhere");
  fs::path first;
  std::thread other([&] { first = compile_module(source, compiler, cache_, [] {}); });
  const fs::path second = compile_module(source, compiler, cache_, [] {});
  other.join();
  EXPECT_EQ(first, second);
  EXPECT_TRUE(fs::is_regular_file(first));
}

TEST_F(CompileModule, AFileThatChangesMeanwhileIsUsedOnceOnly) {
  const fs::path source = write("example.cpp", "#include \"helper.h\"\n");
  fs::last_write_time(write("helper.h", "inline int a = 1;\n"), fs::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_TRUE(compiles(source));
  EXPECT_TRUE(fs::is_regular_file(library_));
  EXPECT_TRUE(compiles(source));
}

TEST(FindCompiler, AMissingCompilerIsNamed) {
  const Refusal missing = refusal([] { find_compiler({{"CXX", "no-such-compiler -x"}, {"PATH", "/usr/bin"}}, "/usr"); });
  EXPECT_EQ(missing.code, exit_code::cannot_load);
  EXPECT_EQ(missing.id, "no-compiler");
  EXPECT_THAT(missing.message, HasSubstr("$CXX (no-such-compiler) is not there"));
}

TEST(FindCompiler, WordsOfCxxAndItsFlagsAreKept) {
  Environment environment = this_environment();
  environment["CXX"] = "env c++";
  environment["CXXFLAGS"] = "-DA  -DB";
  const Compiler compiler = find_compiler(environment, "/opt/loads");
  ASSERT_EQ(compiler.command.size(), 2U);
  EXPECT_TRUE(fs::path(compiler.command[0]).is_absolute());
  EXPECT_EQ(compiler.command[1], "c++");
  EXPECT_THAT(compiler.flags, testing::IsSupersetOf({"-std=c++20", "/opt/loads/include", "-DA", "-DB"}));
}

TEST(FirstErrors, AreErrorsBeforeOtherLines) {
  EXPECT_EQ(first_errors("a.cpp: In function\na.cpp:1:1: error: one\n  note\nx.h:2:2: fatal error: two\n"),
            "  a.cpp:1:1: error: one\n  x.h:2:2: fatal error: two\n");
  EXPECT_EQ(first_errors("1\n2\n3\n\n4\n"), "  2\n  3\n  4\n");
  EXPECT_EQ(first_errors(""), "");
}

TEST(CacheFolder, PrefersXdgThenHomeThenATemporaryFolder) {
  const TemporaryFolder folder;
  const std::string home = folder.path().string();
  EXPECT_EQ(CacheFolder({{"XDG_CACHE_HOME", home + "/x"}, {"HOME", home}}).path(), home + "/x/loads");
  EXPECT_EQ(CacheFolder({{"HOME", home}}).path(), home + "/.cache/loads");
  const std::string file = folder.write("file", "").string();
  fs::path temporary;
  {
    const CacheFolder fallback({{"XDG_CACHE_HOME", file}, {"HOME", file}});
    EXPECT_TRUE(fallback.is_temporary());
    temporary = fallback.path();
    EXPECT_TRUE(fs::is_directory(temporary));
  }
  EXPECT_FALSE(fs::exists(temporary));
}

TEST(CacheFolder, AFolderThatOthersMayWriteIsNotTrusted) {
  const TemporaryFolder folder;
  const fs::path open = folder.path() / "loads";
  fs::create_directory(open);
  ASSERT_EQ(::chmod(open.c_str(), 0777), 0);
  EXPECT_TRUE(CacheFolder({{"XDG_CACHE_HOME", folder.path().string()}}).is_temporary());
}

TEST(CacheFolder, PruningTakesWhatIsOldOnly) {
  const TemporaryFolder folder;
  const CacheFolder cache({{"XDG_CACHE_HOME", folder.path().string()}});
  const fs::path old_file = folder.write("loads/old.so", "");
  const fs::path new_file = folder.write("loads/new.so", "");
  fs::last_write_time(old_file, fs::file_time_type::clock::now() - std::chrono::hours(24 * 31));
  cache.prune();
  EXPECT_FALSE(fs::exists(old_file));
  EXPECT_TRUE(fs::exists(new_file));
}

}  // namespace
}  // namespace loads::runner
