#include "runner/load/search.h"

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>
#include <utility>

#include "common/failure.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

// The files that may hold module `name`, in the order in which they are tried.
std::array<std::string, 4> file_names(const std::string& name) { return {name + ".so", "lib" + name + ".so", name + ".cpp", name + ".py"}; }

std::optional<std::pair<fs::path, fs::path>> find_file(const fs::path& module, const std::vector<fs::path>& folders) {
  for (const fs::path& folder : folders) {
    for (const std::string& name : file_names(module.filename().string())) {
      const fs::path file = (folder / module.parent_path() / name).lexically_normal();
      std::error_code ignored;
      if (fs::is_regular_file(file, ignored)) return std::pair(file, folder);
    }
  }
  return {};
}

fs::path module_path(const std::vector<std::string>& parts, std::size_t length) {
  fs::path path;
  for (std::size_t i = 0; i < length; ++i) path /= parts[i];
  return path;
}

// Class and test are the last two parts, or the class is the last; a module alone is what is left. The longest module that exists wins.
std::size_t shortest_module(const std::vector<std::string>& parts) { return parts.size() > 2 ? parts.size() - 2 : 1; }

[[noreturn]] void not_found(const DottedTarget& target, const std::vector<fs::path>& folders) {
  const std::size_t length = shortest_module(target.parts);
  std::string module;
  for (std::size_t i = 0; i < length; ++i) module += (i == 0 ? "" : ".") + target.parts[i];
  const fs::path path = module_path(target.parts, length);
  std::string names;
  for (const std::string& name : file_names(path.filename().string()))
    names += (names.empty() ? "" : ", ") + (path.parent_path() / name).string();
  std::string places;
  for (const fs::path& folder : folders) places += (places.empty() ? "" : ", ") + folder.string();
  throw Failure(exit_code::cannot_load,
                "no test module \"" + module + "\". Looked for " + names + " in " + places + ". Name its folder with --test-dir.",
                "no-such-module");
}

ModuleKind kind_of(const fs::path& file) {
  const fs::path ending = file.extension();
  if (ending == ".py") return ModuleKind::python;
  return ending == ".so" ? ModuleKind::library : ModuleKind::source;
}

FoundModule found(const fs::path& file, const fs::path& root, std::string class_name, std::string test_name) {
  return {kind_of(file), file, root, std::move(class_name), std::move(test_name)};
}

// The folder above the outermost package that the file lies in.
fs::path import_root(const fs::path& file) {
  fs::path folder = fs::absolute(file).parent_path();
  std::error_code ignored;
  while (fs::exists(folder / "__init__.py", ignored) && folder.has_parent_path() && folder != folder.parent_path())
    folder = folder.parent_path();
  return folder;
}

}  // namespace

std::vector<fs::path> search_folders(const std::vector<std::string>& test_dirs, const Environment& environment, const fs::path& prefix) {
  std::vector<fs::path> folders(test_dirs.begin(), test_dirs.end());
  folders.emplace_back(".");
  if (const auto path = environment.find("LOADS_PATH"); path != environment.end()) {
    std::istringstream stream(path->second);
    for (std::string folder; std::getline(stream, folder, ':');) {
      if (!folder.empty()) folders.emplace_back(folder);
    }
  }
  folders.push_back(prefix / "share" / "loads");
  return folders;
}

FoundModule find_module(const DottedTarget& target, const std::vector<fs::path>& folders) {
  const auto& parts = target.parts;
  for (std::size_t length = parts.size(); length >= shortest_module(parts); --length) {
    if (const auto file = find_file(module_path(parts, length), folders)) {
      return found(file->first, file->second, length < parts.size() ? parts[length] : std::string(),
                   length + 1 < parts.size() ? parts[length + 1] : std::string());
    }
  }
  not_found(target, folders);
}

FoundModule find_module(const FileTarget& target) {
  std::error_code ignored;
  if (!fs::is_regular_file(target.file, ignored)) {
    throw Failure(exit_code::cannot_load, "no test module " + target.file.string() + ": there is no such file.", "no-such-module");
  }
  return found(target.file.lexically_normal(), import_root(target.file), target.class_name, target.test_name);
}

fs::path installation_prefix() { return fs::read_symlink("/proc/self/exe").parent_path().parent_path(); }

}  // namespace loads::runner
