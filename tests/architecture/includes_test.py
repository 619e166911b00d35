#!/usr/bin/env python3
"""Tests of includes.py: that it finds what breaks a rule, and nothing else."""

import pathlib
import tempfile
import unittest

import includes


class IncludesTest(unittest.TestCase):
    def refused(self, path, included):
        self.assertIsNotNone(includes.check_line(path, included), f"{path} may include {included}")

    def accepted(self, path, included):
        self.assertIsNone(includes.check_line(path, included))

    def test_engine_includes_common_only(self):
        self.accepted("engine/user/share.h", "common/metrics/slice.h")
        self.accepted("engine/user/share.h", "engine/http/url.h")
        self.accepted("engine/user/test_registry.h", "loads/registration.h")
        self.refused("engine/user/share.h", "runner/report/report.h")
        self.refused("engine/user/share.h", "proto/message.h")

    def test_within_the_engine_they_include_what_is_below(self):
        self.accepted("engine/http/client.h", "engine/http2/connection.h")
        self.refused("engine/http2/connection.h", "engine/http/client.h")
        self.refused("engine/message/answer.h", "engine/http2/stream.h")
        self.accepted("engine/http2/stream.h", "engine/message/answer.h")
        self.refused("engine/http/client.h", "engine/session/conversation.h")
        self.refused("engine/fiber/loop.h", "engine/net/stream.h")

    def test_broker_and_agent_know_no_engine(self):
        self.accepted("broker/run.cpp", "proto/message.h")
        self.refused("broker/run.cpp", "engine/http/url.h")
        self.refused("agent/main.cpp", "loads/loads.h")

    def test_runner_includes_all_below_it(self):
        self.accepted("runner/main.cpp", "engine/user/share.h")
        self.refused("runner/main.cpp", "broker/run.h")

    def test_common_knows_nothing_of_load(self):
        self.refused("common/log.cpp", "engine/user/share.h")
        self.refused("common/log.cpp", "loads/export.h")

    def test_metrics_and_plan_are_pure(self):
        self.accepted("common/metrics/slice.h", "common/failure.h")
        self.accepted("common/metrics/slice.h", "array")
        self.refused("common/metrics/slice.h", "common/plan/plan.h")
        self.refused("common/plan/plan.cpp", "sys/socket.h")
        self.refused("common/metrics/slice.cpp", "fstream")

    def test_heavy_libraries_have_their_places(self):
        self.accepted("engine/http/answer_parser.h", "boost/beast/http/basic_parser.hpp")
        self.refused("engine/user/session.cpp", "boost/beast/http/basic_parser.hpp")
        self.refused("engine/fiber/loop.cpp", "boost/asio/io_context.hpp")
        self.accepted("runner/options/command_line.cpp", "CLI/CLI.hpp")
        self.accepted("examples/target/options.cpp", "CLI/CLI.hpp")
        self.refused("runner/main.cpp", "CLI/CLI.hpp")
        self.accepted("common/log.cpp", "spdlog/logger.h")
        self.refused("common/log.h", "spdlog/logger.h")
        self.accepted("runner/report/json.cpp", "nlohmann/json.hpp")
        self.refused("runner/report/summary.cpp", "nlohmann/json.hpp")

    def test_the_web_server_knows_nothing_of_runs(self):
        self.accepted("broker/web/server.cpp", "boost/asio/io_context.hpp")
        self.accepted("broker/web/address.cpp", "common/failure.h")
        self.accepted("broker/service/lookout.h", "broker/web/server.h")
        self.refused("broker/web/server.h", "broker/core/run.h")
        self.refused("broker/metrics/exposition.cpp", "broker/core/run.h")
        self.refused("broker/service/service.cpp", "boost/asio/io_context.hpp")

    def test_public_headers_need_nothing_but_googletest(self):
        for included in ("chrono", "string_view", "gtest/gtest.h", "gmock/gmock-matchers.h", "loads/session.h"):
            self.accepted("engine/include/loads/loads.h", included)
        for included in ("boost/context/fiber.hpp", "engine/http/url.h", "common/failure.h", "openssl/ssl.h", "unistd.h"):
            self.refused("engine/include/loads/loads.h", included)

    def test_a_tree_is_read_line_by_line(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "broker").mkdir()
            (root / "broker/run.cpp").write_text('#include <vector>\n  # include "engine/http/url.h"\n// #include "engine/x.h"\n')
            troubles, looked_at = includes.check_tree(root)
        self.assertEqual(looked_at, 2)
        self.assertEqual(len(troubles), 1)
        self.assertTrue(troubles[0].startswith("broker/run.cpp:2: includes engine/http/url.h"), troubles[0])


if __name__ == "__main__":
    unittest.main()
