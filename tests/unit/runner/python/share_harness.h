#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/metrics/tally.h"
#include "runner/python/process_share.h"
#include "support/temporary_folder.h"

namespace loads::runner {

// A share that real processes of Python do, of a module written here, and what it hands over. Tests write what they did into the file
// `done` of the folder, a line at a time.
class ShareHarness {
 public:
  explicit ShareHarness(const std::string& body) {
    folder_.write("example.py", R"(import os, signal, time
from loads import _engine
from loads.case import TestCase

sleep = _engine.sleep

def place(name):
    return os.path.join(os.path.dirname(__file__), name)

def done(text='.'):
    with open(place('done'), 'a') as file:
        file.write(text + '\n')

)" + body);
  }
  ShareHarness(const ShareHarness&) = delete;
  ShareHarness& operator=(const ShareHarness&) = delete;

  std::unique_ptr<ProcessShare> make(std::vector<plan::Step> steps, std::uint32_t processes, const std::string& test = "test_it") {
    ShareWork work;
    work.test.module = "example.py";
    work.test.class_name = "TestSite";
    work.test.test_name = test;
    work.plan.test = "example.TestSite." + test;
    work.plan.steps = std::move(steps);
    work.settings.threads = processes;
    work.settings.server_url = "http://127.0.0.1:1";
    work.sink = [this](metrics::Slice&& slice) {
      const std::lock_guard lock(mutex_);
      handed_over_ += metrics::tally_of(slice);
    };
    work.step_done = [this](std::uint32_t step, std::chrono::duration<double>) { steps_.push_back(step); };
    work.while_loading = while_loading;
    return std::make_unique<ProcessShare>(std::move(work),
                                          PythonSetting{{"/usr/bin/python3", LOADS_PYTHON_PACKAGE}, folder_.path(), silence});
  }

  // Whether it has ended within a time that no test needs.
  static bool ends(user::Share& share) { return share.wait_for(std::chrono::seconds(60)); }
  static void run(user::Share& share) {
    share.start({});
    EXPECT_TRUE(ends(share));
  }

  std::vector<std::string> done() const {
    std::ifstream file(folder_.path() / "done");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
  void wait_until_done(std::size_t lines) const {
    for (int i = 0; i < 6000 && done().size() < lines; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_GE(done().size(), lines);
  }

  const TemporaryFolder& folder() const { return folder_; }
  // After the share has ended: what it handed over, and the steps that it said are done.
  const metrics::Tally& handed_over() const { return handed_over_; }
  const std::vector<std::uint32_t>& steps() const { return steps_; }

  std::function<void()> while_loading;
  std::chrono::seconds silence{10};

 private:
  TemporaryFolder folder_;
  std::mutex mutex_;
  metrics::Tally handed_over_;
  std::vector<std::uint32_t> steps_;
};

inline plan::Step hits(std::uint32_t users, std::uint64_t hits) { return {users, hits, {}}; }
inline plan::Step lasting(std::uint32_t users, double seconds) { return {users, {}, plan::Seconds(seconds)}; }

}  // namespace loads::runner
