#include "proto/calibration.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "common/failure.h"
#include "common/ini.h"
#include "common/wall_time.h"

namespace loads::proto {
namespace {

using std::chrono::seconds;

constexpr const char* kSection = "calibration";
constexpr int kFormat = 1;
constexpr double kHighestRate = 1e12;
constexpr double kMicroseconds = 1e6;

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw Failure(exit_code::usage, name + ": " + why + ". Calibrate again: loads-agent --calibrate.", "calibration");
}

template <typename T>
std::optional<T> number_of(const std::string& text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

// The values of a file; what is missing, or makes no sense, is refused.
class Values {
 public:
  Values(const Ini& ini, const std::string& name) : ini_(ini), name_(name) {}

  std::string text(const char* key) const {
    const Ini::Key* found = ini_.find(kSection, key);
    if (found == nullptr || found->values.size() != 1) refuse(name_, std::string("it says nothing about ") + key);
    return found->values.front();
  }
  template <typename T>
  T number(const char* key, T most) const {
    const auto value = number_of<T>(text(key));
    if (!value || !(*value >= T{0}) || *value > most) refuse(name_, std::string("its ") + key + " is no number that can be");
    return *value;
  }

 private:
  const Ini& ini_;
  const std::string& name_;
};

std::string line(const char* key, const std::string& value) { return std::string(key) + " = " + value + "\n"; }

}  // namespace

std::string to_ini(const Calibration& calibration) {
  const auto since = std::chrono::duration_cast<seconds>(calibration.measured.time_since_epoch()).count();
  const double lateness = std::chrono::duration<double>(calibration.lateness).count() * kMicroseconds;
  return "# What this machine can do, by loads-agent --calibrate, " + format_iso_utc(calibration.measured) + "\n[" + kSection + "]\n" +
         line("format", std::to_string(kFormat)) + line("measured", std::to_string(since)) +
         line("rate", std::to_string(std::llround(calibration.rate))) + line("lateness-us", std::to_string(std::llround(lateness))) +
         line("files", std::to_string(calibration.files)) + line("ports", std::to_string(calibration.ports)) +
         line("cores", std::to_string(calibration.cores)) + line("kernel", calibration.kernel) + line("version", calibration.version);
}

Calibration calibration_of(std::string_view ini, const std::string& name) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 48U;
  const Ini parsed = Ini::parse(ini, name);
  const Values values(parsed, name);
  if (values.number<int>("format", 1'000'000) != kFormat) refuse(name, "another version of loads has written it");
  Calibration calibration;
  calibration.measured = std::chrono::system_clock::time_point(seconds(values.number<std::int64_t>("measured", std::int64_t{1} << 33U)));
  calibration.rate = values.number<double>("rate", kHighestRate);
  calibration.lateness = std::chrono::microseconds(values.number<std::int64_t>("lateness-us", std::int64_t{1} << 40U));
  calibration.files = values.number<std::uint64_t>("files", UINT64_MAX);
  calibration.ports = values.number<std::uint64_t>("ports", kMost);
  calibration.cores = values.number<std::uint32_t>("cores", UINT32_MAX);
  calibration.kernel = values.text("kernel");
  calibration.version = values.text("version");
  return calibration;
}

std::string why_stale(const Calibration& then, const HostFacts& now, std::string_view version) {
  std::string why;
  const auto compare = [&](const std::string& before, const std::string& after, const std::string& what) {
    if (before != after) why += (why.empty() ? "" : ", ") + what + before + " then, " + after + " now";
  };
  compare(std::to_string(then.cores), std::to_string(now.cores), "cores: ");
  compare(std::to_string(then.files), std::to_string(now.files), "open files: ");
  compare(std::to_string(then.ports), std::to_string(now.ports), "local ports: ");
  compare(then.kernel, now.kernel, "kernel: ");
  compare(then.version, std::string(version), "loads: ");
  return why;
}

}  // namespace loads::proto
