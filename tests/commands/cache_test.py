#!/usr/bin/env python3
"""Modules that are compiled when they are run: once, and again when something of them has changed."""

import os
import signal
import time

import support

MODULE = """#include <loads/loads.h>
#include "page.h"
struct Edited : loads::TestCase {};
LOADS_TEST(Edited, visit) { session.get(kPage); incr_counter("edition %d"); }
"""


class CacheTest(support.CommandTest):
    def setUp(self):
        self.home = self.scratch()
        self.commands = support.Commands(self.bin_dir, str(self.home))
        self.write(edition=1, page="/one")

    def write(self, edition, page):
        self.write_file("edited.cpp", MODULE % edition)
        self.write_file("page.h", f'inline constexpr const char* kPage = "{page}";\n')

    def write_file(self, name, text):
        path = self.home / name
        path.write_text(text, encoding="utf-8")
        # A file of this very moment might change once more while the compiler reads it, so its module is not kept.
        os.utime(path, (time.time() - 60, time.time() - 60))

    def visit(self, compiled):
        """Runs the test; gives the counter and the name of the request that it made."""
        outcome, result = self.commands.measure("edited.Edited.visit", *self.at_target())
        self.assert_ended(outcome, 0)
        self.assertEqual("Compiling edited.cpp ..." in outcome.stderr, compiled, str(outcome))
        return list(result["counters"]), [each["name"] for each in result["requests"]]

    def test_a_module_is_compiled_once(self):
        self.visit(compiled=True)
        self.visit(compiled=False)

    def test_an_edited_module_is_compiled_again(self):
        self.visit(compiled=True)
        self.write(edition=2, page="/one")
        self.assertEqual(self.visit(compiled=True), (["edition 2"], ["GET /one"]))

    def test_an_edited_header_too(self):
        self.visit(compiled=True)
        self.write(edition=1, page="/two")
        self.assertEqual(self.visit(compiled=True), (["edition 1"], ["GET /two"]))
        self.write(edition=1, page="/one")
        self.assertEqual(self.visit(compiled=False), (["edition 1"], ["GET /one"]), "the first edition is still there")

    def test_two_runs_at_once_in_one_cache(self):
        before = self.target.answered()
        processes = [self.commands.start("edited.Edited.visit", "-u", "5", "-c", "20", *self.at_target()) for _ in range(2)]
        outcomes = [self.commands.finish(process) for process in processes]
        for outcome in outcomes:
            self.assert_ended(outcome, 0)
            self.assertEqual(outcome.field("Hits"), 100, str(outcome))
        self.assertEqual(self.target.answered() - before, 200)
        self.visit(compiled=False)
        left = [name for name in os.listdir(self.home / "cache" / "loads") if name.startswith("tmp-")]
        self.assertEqual(left, [])

    def test_what_lay_unused_for_a_month_is_removed(self):
        cache = self.home / "cache" / "loads"
        (cache / "tmp-abandoned").mkdir(mode=0o700, parents=True)
        (cache / "old.so").touch()
        (cache / "tmp-recent").mkdir()
        for name in ("tmp-abandoned", "old.so"):
            os.utime(cache / name, (time.time() - 40 * 86400, time.time() - 40 * 86400))
        cache.chmod(0o700)
        self.visit(compiled=True)
        left = os.listdir(cache)
        self.assertIn("tmp-recent", left)
        self.assertNotIn("old.so", left)
        self.assertNotIn("tmp-abandoned", left, "of a compilation that was stopped")

    def test_a_module_in_a_folder_of_another_name(self):
        os.mkdir(self.home / "shop")
        os.rename(self.home / "edited.cpp", self.home / "shop" / "edited.cpp")
        os.rename(self.home / "page.h", self.home / "shop" / "page.h")
        for test, options in {"shop.edited.Edited.visit": (), "shop/edited.cpp:Edited.visit": (),
                              "edited.Edited": ("--test-dir", "shop")}.items():
            with self.subTest(test):
                self.assert_ended(self.commands.run(test, *options, *self.at_target()), 0, "Hits: 1")
        with self.subTest("LOADS_PATH"):
            outcome = self.commands.with_environment(LOADS_PATH=f"/nosuch:{self.home / 'shop'}").run("edited.Edited", *self.at_target())
            self.assert_ended(outcome, 0, "Hits: 1")

    def test_ctrl_c_while_compiling(self):
        self.write_file("page.h", '#include <regex>\ninline constexpr const char* kPage = "/";\n')
        process = self.commands.start("edited.Edited.visit", *self.at_target())
        line = process.stderr.readline()
        self.assertEqual(line, "Compiling edited.cpp ...\n")
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        since = time.monotonic()
        outcome = self.commands.finish(process)
        self.assertIn(outcome.exit_code, (130, -signal.SIGINT), str(outcome))
        self.assertLess(time.monotonic() - since, 5)
        self.visit(compiled=True)


if __name__ == "__main__":
    support.main()
