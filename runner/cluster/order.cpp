#include "runner/cluster/order.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>

#include "common/failure.h"
#include "common/run_id.h"
#include "proto/bundle/collect.h"
#include "proto/bundle/pack.h"
#include "proto/codec.h"
#include "runner/conditions.h"
#include "runner/load/test_source.h"
#include "runner/options/engine_settings.h"
#include "runner/report/report.h"
#include "runner/worker/engine_settings.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestOrder = 900'000;  // bytes: a broker takes messages of 1 MiB

// What is as usual need not be said.
std::optional<std::uint32_t> unless(int usual, int wanted) {
  return wanted == usual ? std::nullopt : std::optional(static_cast<std::uint32_t>(wanted));
}

bool is_left_out(const bundle::Entry& entry) {
  const fs::path path = entry.path;
  return std::any_of(path.begin(), path.end(),
                     [](const fs::path& part) { return part.string().starts_with('.') || part == "__pycache__"; });
}

// The files of the module, below the folder from which Python imports them. A package is taken whole: it may have data, and modules that
// are imported later.
void add_module(std::vector<bundle::Entry>& files, const PythonModule& module) {
  const fs::path& root = module.setting.root;
  std::set<std::string> packages;
  for (const fs::path path : module.files) {
    const fs::path top = root / *path.begin();
    if (path.has_parent_path() && (fs::exists(top / "__init__.py") || path == module.path)) {
      packages.insert(path.begin()->string());
    } else {
      files.push_back({path.string(), root / path});
    }
  }
  for (const std::string& package : packages) {
    for (bundle::Entry& entry : bundle::collect({package}, root)) {
      if (!is_left_out(entry)) files.push_back(std::move(entry));
    }
  }
}

// Wheels travel in a folder of their own.
void add_packages(std::vector<bundle::Entry>& files, const Packages& packages, proto::PythonPackages& out) {
  for (const fs::path& wheel : packages.wheels) {
    out.wheels.push_back((fs::path("loads-wheels") / wheel.filename()).string());
    files.push_back({out.wheels.back(), wheel});
  }
  out.names = packages.names;
  out.no_index = packages.no_index;
}

proto::Blob pack(const LoadedTest& loaded, const Options& options, proto::TestSource& source) {
  std::vector<bundle::Entry> files = bundle::collect(options.cluster.include_files, fs::current_path());
  if (loaded.python) {
    add_module(files, *loaded.python);
    add_packages(files, loaded.python->packages, source.packages);
  } else if (!loaded.external) {
    files.push_back({source.module, loaded.library});
  }
  bundle::Packed packed = bundle::pack(std::move(files));
  source.bundle = packed.sha256;
  source.bundle_size = packed.bytes.size();
  return std::move(packed.bytes);
}

void check_size(const proto::RunOrder& order) {
  if (proto::to_record(order).size() <= kLargestOrder) return;
  throw Failure(exit_code::usage,
                "headers, variables, certificates, thresholds and --data are too large to be sent to a broker: 900 kB are the most.",
                "options");
}

}  // namespace

std::string login_at_host() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {};
  const passwd* entry = ::getpwuid(::geteuid());
  return (entry != nullptr ? std::string(entry->pw_name) : std::to_string(::geteuid())) + "@" + host.data();
}

std::string make_nonce() { return make_run_id() + make_run_id() + make_run_id() + make_run_id(); }

Order make_order(const Options& options, const plan::Plan& plan, const LoadedTest& loaded) {
  if (loaded.url && !options.cluster.include_files.empty())
    throw Failure(exit_code::usage, "--include-file goes with a test; a URL opens no files.", "options");
  Order order;
  order.order.plan = plan;
  order.order.test = source_of(loaded);
  order.order.settings = to_proto(engine_settings(options));
  order.order.user = login_at_host();
  order.order.on_broker_loss = options.cluster.on_broker_loss;
  order.order.broker_loss_limit = options.cluster.broker_loss_limit;
  order.order.wait_agents = options.cluster.wait_agents;
  order.order.note = options.cluster.tag;
  order.order.worker_restarts = options.cluster.worker_restarts;
  order.order.rebalance = options.cluster.rebalance;
  order.order.conditions = with_thresholds_of_code(options.conditions, user::thresholds_of(loaded.tests));
  order.order.conditions.exit_code_on_failure = unless(ExitCodes{}.on_failure, options.exit_codes.on_failure);
  order.order.conditions.exit_code_on_invalid = unless(ExitCodes{}.on_invalid, options.exit_codes.on_invalid);
  if (!loaded.url && !(loaded.external && options.cluster.include_files.empty())) order.bundle = pack(loaded, options, order.order.test);
  check_size(order.order);
  return order;
}

}  // namespace loads::runner
