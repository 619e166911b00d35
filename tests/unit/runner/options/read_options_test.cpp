#include "runner/options/read_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/refusal.h"
#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

Options read(const std::vector<std::string>& arguments, const Environment& environment = {}) {
  return read_options(arguments, environment).options;
}

TEST(ReadOptions, DefaultsAreThoseOfTheTable) {
  const Options options = read({});
  EXPECT_EQ(options.test, "");
  EXPECT_THAT(options.load.users, ElementsAre(1));
  EXPECT_THAT(options.load.hits, IsEmpty());
  EXPECT_FALSE(options.load.duration);
  EXPECT_EQ(options.timeout, 60s);
  EXPECT_EQ(options.stop_timeout, 10s);
  EXPECT_EQ(options.threads, 0U);
  EXPECT_EQ(options.exit_codes.on_failure, 1);
  EXPECT_THAT(options.outputs, ElementsAre(OutputName::standard));
  EXPECT_TRUE(options.resolve_once);
}

TEST(ReadOptions, TheGuidesCommandLinesAreUnderstood) {
  const Options first = read({"example.TestWebSite.test_es", "-u", "100", "-c", "10"});
  EXPECT_EQ(first.test, "example.TestWebSite.test_es");
  EXPECT_THAT(first.load.users, ElementsAre(100));
  EXPECT_THAT(first.load.hits, ElementsAre(10));
  const Options second = read({"loads.examples.test_blog.TestWebSite.test_something", "--hits", "20", "-u", "10:20:30"});
  EXPECT_THAT(second.load.users, ElementsAre(10, 20, 30));
  EXPECT_EQ(read({"a.B.c", "--server_url", "http://localhost:9200"}).server_url, "http://localhost:9200");
}

TEST(ReadOptions, TheVersionOfHttpIsOneOfFour) {
  EXPECT_EQ(read({"a.B.c"}).connections.options.http_version, net::HttpVersion::automatic);
  EXPECT_EQ(read({"a.B.c", "--http-version", "1.1"}).connections.options.http_version, net::HttpVersion::http1);
  EXPECT_EQ(read({"a.B.c", "--http-version=2"}).connections.options.http_version, net::HttpVersion::http2);
  EXPECT_EQ(read({"a.B.c", "--http-version", "h2c"}).connections.options.http_version, net::HttpVersion::h2c);
  EXPECT_THAT(refusal([] { read({"a.B.c", "--http-version", "3"}); }).message, HasSubstr("it is auto, 1.1, 2 or h2c"));
}

TEST(ReadOptions, LongOptionsTakeTheirValueInAllUsualForms) {
  EXPECT_EQ(read({"--server-url=http://a"}).server_url, "http://a");
  EXPECT_EQ(read({"--ramp_up=2s"}).load.ramp_up, 2s);
  EXPECT_THAT(read({"-u5"}).load.users, ElementsAre(5));
  EXPECT_EQ(read({"--json", "-"}).json, "-");
  EXPECT_EQ(read({"-c", "2", "a.B.c", "--quiet"}).test, "a.B.c");
}

TEST(ReadOptions, FilesForOtherProgramsHaveNames) {
  const Options options = read({"a.B.c", "--csv", "x", "--junit=y", "--hgrm", "z"});
  EXPECT_EQ(options.files.csv, "x");
  EXPECT_EQ(options.files.junit, "y");
  EXPECT_EQ(options.files.hgrm, "z");
  EXPECT_EQ(options.files.hlog, "");
  EXPECT_EQ(refusal([] { read({"--hlog", "-"}); }).message, "--hlog: it needs a file's name; only --json writes to stdout.");
}

TEST(ReadOptions, GitHubIsToldWithinItsJobsUnlessOneSaysOtherwise) {
  const Environment job{{"GITHUB_ACTIONS", "true"}, {"GITHUB_STEP_SUMMARY", "/page.md"}};
  EXPECT_FALSE(read({"a.B.c"}).github.on);
  EXPECT_TRUE(read({"a.B.c"}, job).github.on);
  EXPECT_EQ(read({"a.B.c"}, job).github.summary_file, "/page.md");
  EXPECT_FALSE(read({"a.B.c", "--github", "never"}, job).github.on);
  EXPECT_TRUE(read({"a.B.c", "--github", "always"}).github.on);
  EXPECT_FALSE(read({"a.B.c"}, {{"GITHUB_ACTIONS", "false"}}).github.on);
}

TEST(ReadOptions, PasswordsAreLookedUpOnlyWhenThatIsAsked) {
  const TemporaryFolder folder;
  const std::string file = folder.write("passwords", "machine x login a password b");
  folder.write(".netrc", "machine y login a password c");
  ::setenv("HOME", folder.path().c_str(), 1);
  EXPECT_EQ(read({}).session.netrc, nullptr);
  EXPECT_EQ(read({"--netrc=" + file}).session.netrc->find("x")->password, "b");
  EXPECT_EQ(read({"--netrc"}).session.netrc->find("y")->password, "c");
  EXPECT_THAT(refusal([&] { read({"--netrc=" + folder.write("bad", "machine").string()}); }).message,
              HasSubstr("/bad:1: the machine's name is missing"));
}

TEST(ReadOptions, RedirectsAreLimited) {
  EXPECT_EQ(read({}).session.max_redirects, 30U);
  EXPECT_EQ(read({"--max-redirects", "0"}).session.max_redirects, 0U);
}

TEST(ReadOptions, ListsCollectAndOtherOptionsTakeTheLastValue) {
  const Options options = read({"-H", "A: 1", "-H", "B: 2", "a.B.c", "-e", "K=V", "-u", "1", "-u", "2"});
  EXPECT_THAT(options.headers, ElementsAre(Pair("A", "1"), Pair("B", "2")));
  EXPECT_THAT(options.variables, ElementsAre(Pair("K", "V")));
  EXPECT_THAT(options.load.users, ElementsAre(2));
  EXPECT_EQ(options.test, "a.B.c");
}

TEST(ReadOptions, TraceHasAnOptionalValueThatIsNotTheTest) {
  EXPECT_EQ(read({"--trace", "a.B.c"}).trace, user::TraceLevel::heads);
  EXPECT_EQ(read({"--trace", "a.B.c"}).test, "a.B.c");
  EXPECT_EQ(read({"--trace=full"}).trace, user::TraceLevel::full);
  EXPECT_EQ(refusal([] { read({"--trace=lots"}); }).message, "--trace: \"lots\" is neither true nor false.");
}

TEST(ReadOptions, CommandLineWinsOverEnvironmentOverFileOverDefault) {
  const TemporaryFolder folder;
  const std::string config = folder.write("loads.ini", "[loads]\nusers = 3\nramp_up = 3s\ntimeout = 3s\n").string();
  const Environment environment{{"LOADS_OPT_USERS", "2"}, {"LOADS_OPT_RAMP_UP", "2s"}};
  const Options options = read({"--config", config, "-u", "1"}, environment);
  EXPECT_THAT(options.load.users, ElementsAre(1));
  EXPECT_EQ(options.load.ramp_up, 2s);
  EXPECT_EQ(options.timeout, 3s);
  EXPECT_EQ(options.stop_timeout, 10s);
}

TEST(ReadOptions, TheEnvironmentMayNameTheFile) {
  const TemporaryFolder folder;
  const std::string config = folder.write("loads.ini", "[loads]\nusers = 3\n").string();
  EXPECT_THAT(read({}, {{"LOADS_OPT_CONFIG", config}}).load.users, ElementsAre(3));
}

TEST(ReadOptions, EnvironmentListsHaveOneEntryALine) {
  EXPECT_THAT(read({}, {{"LOADS_OPT_HEADER", "A: 1\nB: 2"}}).headers, ElementsAre(Pair("A", "1"), Pair("B", "2")));
}

TEST(ReadOptions, FileListsAreIndentedAndOtherSectionsAreNotOurs) {
  const TemporaryFolder folder;
  const std::string config = folder.write("loads.ini", "[circus]\nhttpd = 0\n[loads]\ntest-dir =\n  one\n  two\nquiet = yes\n").string();
  const Options options = read({"--config", config});
  EXPECT_THAT(options.test_dirs, ElementsAre("one", "two"));
  EXPECT_TRUE(options.quiet);
}

TEST(ReadOptions, AProxyThatIsGivenCountsMoreThanTheEnvironments) {
  ::setenv("http_proxy", "http://environment.example:1", 1);
  const auto proxy = [](const std::vector<std::string>& arguments) { return read(arguments).connections.options.proxies.plain->host; };
  EXPECT_EQ(proxy({"a.B.c", "--proxy-from-environment"}), "environment.example");
  EXPECT_EQ(proxy({"a.B.c", "--proxy", "http://given.example:2", "--proxy-from-environment"}), "given.example");
  EXPECT_EQ(proxy({"a.B.c", "--proxy-from-environment", "--proxy", "http://given.example:2"}), "given.example");
  ::unsetenv("http_proxy");
}

TEST(ReadOptions, AnUnknownOptionIsAnsweredWithTheOneThatWasMeant) {
  const Refusal unknown = refusal([] { read({"--user", "3", "a.B.c"}); });
  EXPECT_EQ(unknown.code, exit_code::usage);
  EXPECT_EQ(unknown.message, "unknown option --user. Did you mean --users?");
  EXPECT_EQ(unknown.id, "options");
  EXPECT_EQ(refusal([] { read({"--sever_url=x"}); }).message, "unknown option --sever_url. Did you mean --server-url?");
  EXPECT_EQ(refusal([] { read({"--zzzzzzzz"}); }).message, "unknown option --zzzzzzzz. See loads-runner --help.");
  EXPECT_EQ(refusal([] { read({"-z"}); }).code, exit_code::usage);
}

TEST(ReadOptions, AnUnknownKeyIsNamedWithItsLine) {
  const TemporaryFolder folder;
  const std::string config = folder.write("loads.ini", "[loads]\nusers = 3\nserver-ulr = http://a\n").string();
  const Refusal unknown = refusal([&] { read({"--config", config}); });
  EXPECT_EQ(unknown.code, exit_code::usage);
  EXPECT_EQ(unknown.message, config + ":3: \"server-ulr\" is no option of loads-runner. Did you mean server-url?");
}

TEST(ReadOptions, AnUnknownVariableIsNamed) {
  EXPECT_EQ(refusal([] {
              read({}, {{"LOADS_OPT_USER", "3"}});
            }).message,
            "LOADS_OPT_USER in the environment is no option of loads-runner. Did you mean LOADS_OPT_USERS?");
}

TEST(ReadOptions, WrongValuesAreNamedWithTheirPlace) {
  EXPECT_EQ(refusal([] { read({"-u", "0"}); }).message, "--users: 0 is too small, the least is 1.");
  EXPECT_EQ(refusal([] { read({"-u", "x"}); }).message, "--users: \"x\" is not a whole number.");
  EXPECT_EQ(refusal([] { read({"--threads", "0"}); }).message, "--threads: 0 is too small, the least is 1.");
  EXPECT_THAT(refusal([] { read({"-d", "-1"}); }).message, HasSubstr("--duration: \"-1\" is not a time"));
  EXPECT_EQ(refusal([] { read({"-d", "-1"}); }).code, exit_code::usage);
  EXPECT_EQ(refusal([] { read({}, {{"LOADS_OPT_USERS", "0"}}); }).message, "LOADS_OPT_USERS: 0 is too small, the least is 1.");
  const TemporaryFolder folder;
  const std::string config = folder.write("loads.ini", "[loads]\n\nusers = x\n").string();
  EXPECT_EQ(refusal([&] { read({"--config", config}); }).message, config + ":3: users: \"x\" is not a whole number.");
}

TEST(ReadOptions, AMissingValueOrASecondTestIsRefusedAsUsage) {
  EXPECT_EQ(refusal([] { read({"--users"}); }).code, exit_code::usage);
  EXPECT_EQ(refusal([] { read({"-u"}); }).message, "--users needs a value. See loads-runner --help.");
  EXPECT_EQ(refusal([] { read({"a.B.c", "d.E.f"}); }).message, "one test at a time: \"d.E.f\" is one too many");
  EXPECT_EQ(refusal([] { read({"--quiet=perhaps"}); }).code, exit_code::usage);
  EXPECT_EQ(refusal([] { read({"--config", "/nowhere/loads.ini"}); }).code, exit_code::usage);
}

TEST(ReadOptions, HitsAndDurationExcludeEachOther) {
  const Refusal both = refusal([] { read({"--hits", "1", "--duration", "1"}); });
  EXPECT_EQ(both.code, exit_code::usage);
  EXPECT_THAT(both.message, HasSubstr("--hits and --duration exclude each other."));
}

TEST(ReadOptions, AStrongerSourceMayReplaceHitsByDuration) {
  const Options options = read({"-d", "5s"}, {{"LOADS_OPT_HITS", "10"}});
  EXPECT_THAT(options.load.hits, IsEmpty());
  EXPECT_EQ(options.load.duration, 5s);
}

TEST(ReadOptions, OldOptionsAreAcceptedWithANotice) {
  EXPECT_THAT(read_options({"--batched"}, {}).notices,
              ElementsAre("--batched is accepted without effect: results always travel in batches."));
}

TEST(ReadOptions, FileOutputNeedsAName) {
  EXPECT_EQ(refusal([] { read({"--output", "file"}); }).message, "--output file needs the file's name: --output-file-filename PATH.");
  EXPECT_THAT(read({"--output", "file", "--output-file-filename", "x", "--output", "stdout"}).outputs,
              ElementsAre(OutputName::file, OutputName::standard));
}

TEST(ReadOptions, HelpAndVersionComeBeforeWrongValues) {
  EXPECT_TRUE(read({"--help", "-u", "x"}).help);
  EXPECT_TRUE(read({"-h"}).help);
  EXPECT_TRUE(read({"--version"}).version);
}

TEST(ReadOptions, WhatIsTypedHasAnEffect) {
  for (const char* option : {"--observer-webhook-url", "--output-file-filename", "--observer-command-line"})
    EXPECT_THAT(refusal([&] { read({"a.B.c", option, "x"}); }).message, HasSubstr(std::string(option) + " has no effect by itself"));
  for (const char* option : {"--json", "--csv", "--test-runner"})
    EXPECT_THAT(refusal([&] { read({"a.B.c", option, ""}); }).message, HasSubstr(std::string(option) + " needs a value"));
  EXPECT_EQ(refusal([] { read({"a.B.c", "--test-dir", "no such folder"}); }).message, "--test-dir: there is no folder \"no such folder\".");
  EXPECT_EQ(read({"a.B.c"}, {{"LOADS_OPT_OUTPUT_FILE_FILENAME", "x"}}).output_file, "x") << "for those runs that write one";
  EXPECT_EQ(read({"a.B.c", "--tag", "x"}).cluster.tag, "x") << "a run on this machine has one, too";
}

TEST(ReadOptions, WhatBelongsOnTheCommandLineIsToldSo) {
  EXPECT_EQ(refusal([] {
              read({}, {{"LOADS_OPT_LIST", "1"}});
            }).message,
            "LOADS_OPT_LIST in the environment: --list belongs on the command line.");
}

TEST(ReadOptions, NumbersAndTimesThatAreNoneAreToldWithWhatTheyShouldBe) {
  EXPECT_EQ(refusal([] { read({"-u", "-1"}); }).message, "--users: -1 is too small, the least is 1.");
  EXPECT_THAT(refusal([] { read({"-u", "1e9"}); }).message, HasSubstr("is not a whole number in digits alone"));
  EXPECT_THAT(refusal([] { read({"-d", "99999999h"}); }).message, HasSubstr("30 years at most"));
  EXPECT_THAT(refusal([] { read({"--rate", "100/s:", "-d", "1s"}); }).message, HasSubstr("--rate: "));
}

}  // namespace
}  // namespace loads::runner
