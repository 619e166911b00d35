#include "runner/init/init.h"

#include <string_view>
#include <system_error>

#include "common/failure.h"
#include "runner/report/output_file.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFirstTestInCpp = R"text(#include <loads/loads.h>

// A test looks like a unit test: it does what one visitor does, once. loads-runner
// runs it with as many virtual users at once as you say, each of them with an
// object of this class of its own.
struct TestWebSite : loads::TestCase {
  TestWebSite() { default_server_url("http://localhost:9200"); }   // another one: --server-url

  void SetUp() override {}       // before every run of the test
  void SetUpUser() override {}   // before a user's first run
};

// loads-runner @MODULE@.TestWebSite.test_es
LOADS_TEST(TestWebSite, test_es) {
  auto answer = session.get("/");   // waits for the answer, while the other users go on
  EXPECT_EQ(answer.status_code(), 200);
}

// loads-runner @MODULE@.TestWebSite.test_search -u 10:20:30 -d 10s
LOADS_TEST(TestWebSite, test_search) {
  auto answer = session.post("/search", {.json = R"({"query": "loads"})", .name = "search", .timeout = 2s});
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer.text(), testing::HasSubstr("Search"));   // all of GoogleTest's assertions and matchers work
  incr_counter("searches");                                   // a figure of your own in the summary
  sleep_between(1s, 3s);                                      // a visitor reads
}
)text";

constexpr std::string_view kFirstTestInPython = R"text(import unittest

from loads.case import TestCase


class TestWebSite(TestCase):
    """A load test looks like a unit test: it does what one visitor does, once.

    loads-runner runs it with as many virtual users at once as you say, each of them with
    an object of this class of its own.
    """

    server_url = "http://localhost:9200"  # another one: --server-url

    def setUp(self):  # before every run of the test
        self.query = {"query": "loads"}

    # loads-runner @MODULE@.TestWebSite.test_es
    def test_es(self):
        answer = self.session.get("/")  # waits for the answer, while the other users go on
        self.assertEqual(answer.status_code, 200)

    # loads-runner @MODULE@.TestWebSite.test_search -u 10:20:30 -d 10s
    def test_search(self):
        answer = self.session.post("/search", json=self.query, name="search", timeout=2)
        self.assertTrue(answer.ok)
        self.assertIn("Search", answer.text)
        self.incr_counter("searches")  # a figure of your own in the summary
        self.sleep_between(1, 3)  # a visitor reads


if __name__ == "__main__":  # once, without loads-runner: python3 -m unittest @MODULE@
    unittest.main()
)text";

bool is_python(const fs::path& file) { return file.extension() == ".py"; }

std::string text_for(const fs::path& file) {
  constexpr std::string_view kPlace = "@MODULE@";
  const std::string module = file.stem().string();
  std::string text(is_python(file) ? kFirstTestInPython : kFirstTestInCpp);
  for (auto place = text.find(kPlace); place != std::string::npos; place = text.find(kPlace, place)) {
    text.replace(place, kPlace.size(), module);
  }
  return text;
}

void check_name(const fs::path& file) {
  if ((file.extension() == ".cpp" || is_python(file)) && !file.stem().empty()) return;
  throw Failure(exit_code::usage, "--init writes tests in C++ or Python: \"" + file.string() + "\" should end with .cpp or .py.",
                "options");
}

// The command line that finds the new file from here.
std::string how_to_name(const fs::path& file) {
  const bool here = file.parent_path().empty() || file.parent_path() == ".";
  return here ? file.stem().string() + ".TestWebSite.test_es" : file.string() + ":TestWebSite.test_es";
}

}  // namespace

std::string write_first_test(const fs::path& file) {
  check_name(file);
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(file, ignored))) {
    throw Failure(exit_code::usage, file.string() + " is there already and was left as it is. Name another file.", "init-exists");
  }
  write_file(file, text_for(file));
  return "Wrote " + file.string() + ". Put your server's address into it, then run:\n  loads-runner " + how_to_name(file) + "\n";
}

}  // namespace loads::runner
