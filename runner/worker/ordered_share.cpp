#include "runner/worker/ordered_share.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "common/failure.h"
#include "common/log.h"
#include "proto/bundle/bundle_path.h"
#include "runner/compile/cache_folder.h"
#include "runner/external/external_share.h"
#include "runner/python/package_environment.h"
#include "runner/python/process_share.h"
#include "runner/python/python_module.h"
#include "runner/worker/ordered_test.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

// The order comes from the network: wheels are files of the bundle, and names are none of pip's options.
Packages ordered_packages(const proto::PythonPackages& ordered) {
  Packages packages{ordered.names, {}, ordered.no_index};
  for (const std::string& name : packages.names) check_package_name(name);
  for (const std::string& wheel : ordered.wheels) {
    if (const auto trouble = bundle::path_trouble(wheel); !trouble.empty())
      throw Failure(exit_code::cannot_load, "\"" + wheel + "\" cannot be a wheel of a test: " + std::string(trouble) + ".", "cannot-load");
    packages.wheels.push_back(fs::current_path() / wheel);
  }
  return packages;
}

}  // namespace

std::unique_ptr<user::Share> make_ordered_share(ShareWork work, const Environment& environment) {
  if (!work.test.external.command.empty()) return std::make_unique<ExternalShare>(std::move(work));
  if (!is_python(work.test)) return make_thread_share(std::move(work));
  check_ordered_module(work.test);
  PythonSetting setting{find_python(variable(environment, "LOADS_PYTHON"), environment), fs::current_path()};
  if (const Packages packages = ordered_packages(work.test.packages); !packages.empty()) {
    const auto cache = std::make_shared<CacheFolder>(environment);
    setting.kept = cache;
    setting.interpreter =
        with_packages(setting.interpreter, packages, cache->path(), [] { log::info("installing the packages of the test"); });
  }
  return std::make_unique<ProcessShare>(std::move(work), std::move(setting));
}

}  // namespace loads::runner
