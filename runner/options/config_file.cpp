#include "common/failure.h"
#include "common/ini.h"
#include "runner/options/given.h"

namespace loads::runner {
namespace {

constexpr std::string_view kSection = "loads";

void check(const Ini& ini, const Ini::Key& key, const Option* option) {
  if (option == nullptr) {
    const std::string near = closest_option(key.name);
    ini.fail(key, "\"" + key.name + "\" is no option of loads-runner." + (near.empty() ? "" : " Did you mean " + near + "?"));
  }
  if (option->scope != Scope::everywhere) ini.fail(key, "\"" + key.name + "\" belongs on the command line.");
  if (option->kind != Kind::list && key.values.size() != 1) ini.fail(key, "\"" + key.name + "\" takes one value.");
}

}  // namespace

GivenOptions read_config_file(const std::string& path) {
  const Ini ini = Ini::load(path);
  GivenOptions given;
  for (const Ini::Key& key : ini.keys()) {
    if (key.section != kSection) continue;  // the file may be another program's too
    const Option* option = find_option(key.name);
    check(ini, key, option);
    const std::string place = path + ":" + std::to_string(key.line);
    given[std::string(option->name)] = {key.values, Source::file, place, place + ": " + key.name};
  }
  return given;
}

}  // namespace loads::runner
