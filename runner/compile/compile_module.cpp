#include "runner/compile/compile_module.h"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <system_error>

#include "common/failure.h"
#include "common/version.h"
#include "runner/compile/content_key.h"
#include "runner/compile/depfile.h"
#include "runner/compile/module_cache.h"
#include "runner/compile/process.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

// Where one compiler run writes, in the cache so that its results can be renamed into place.
class Workplace {
 public:
  explicit Workplace(const fs::path& cache) : path_((cache / "tmp-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) {
      throw Failure(exit_code::local_resource,
                    "cannot create a folder in " + cache.string() + ": " + std::generic_category().message(errno) + ".", "no-cache");
    }
    created_ = fs::last_write_time(path_);
  }
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  fs::file_time_type created() const { return created_; }
  fs::path library() const { return fs::path(path_) / "module.so"; }
  fs::path depfile() const { return fs::path(path_) / "module.d"; }
  fs::path log() const { return fs::path(path_) / "log"; }

 private:
  std::string path_;
  fs::file_time_type created_;
};

std::string read_source(const fs::path& source) {
  auto content = file_content(source);
  if (!content) throw Failure(exit_code::cannot_load, "cannot read " + source.string() + ".", "no-such-module");
  return *std::move(content);
}

// Everything that the module depends on and that is known before the compiler runs; relative names mean something in the working folder
// only.
std::string cache_key(const fs::path& source, const std::string& content, const Compiler& compiler) {
  std::vector<std::string> parts{std::string(version()), compiler.identity, fs::current_path().string(), source.string(), content};
  parts.insert(parts.end(), compiler.command.begin(), compiler.command.end());
  parts.insert(parts.end(), compiler.flags.begin(), compiler.flags.end());
  return content_key(parts);
}

constexpr std::uintmax_t kLeastRoom = 64 * 1024;  // what is left when not even the compiler's words could be written

// Where the compiler lacks room: it writes into the cache, and through the system's folder for temporary files. Empty: nowhere.
std::string full_folder(const fs::path& cache) {
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  for (const fs::path& folder : {cache, temporary}) {
    if (const fs::space_info room = fs::space(folder, error); !error && room.available < kLeastRoom) return folder.string();
  }
  return {};
}

// What the compiler says then is cut short, or was written by its parts that are not about the source.
void refuse_full_disk(const fs::path& source, const std::string& output, const fs::path& cache) {
  const std::string full = full_folder(cache);
  if (full.empty() && output.find("No space left on device") == std::string::npos) return;
  throw Failure(exit_code::local_resource,
                "cannot compile " + source.string() + ": there is no room left in " + (full.empty() ? "a folder it needs" : full) +
                    ". Make some, or name other folders in XDG_CACHE_HOME and TMPDIR.",
                "no-cache");
}

[[noreturn]] void refuse(const fs::path& source, const std::string& key, const Workplace& work, CacheFolder& cache) {
  const fs::path log = cache.path() / (source.stem().string() + "-" + key + ".log");
  const std::string output = file_content(work.log()).value_or("");
  refuse_full_disk(source, output, cache.path());
  const std::string errors = output.empty() ? "  The compiler has not said why.\n" : first_errors(output);
  fs::rename(work.log(), log);
  cache.keep();
  throw Failure(exit_code::cannot_load,
                source.string() + " does not compile.\n" + errors + "  The compiler's whole output: " + log.string(), "does-not-compile");
}

void run_compiler(const fs::path& source, const std::string& key, const Compiler& compiler, const Workplace& work, CacheFolder& cache) {
  std::vector<std::string> command = compiler.command;
  command.insert(command.end(), compiler.flags.begin(), compiler.flags.end());
  for (const std::string& word :
       {std::string("-MMD"), std::string("-MF"), work.depfile().string(), std::string("-o"), work.library().string(), source.string()}) {
    command.push_back(word);
  }
  int status = 0;
  try {
    status = run_process(command, work.log());
  } catch (const std::system_error& trouble) {
    throw Failure(exit_code::cannot_load, "cannot start the compiler: " + std::string(trouble.what()) + ". Name another one in CXX.",
                  "no-compiler");
  }
  if (status != 0) refuse(source, key, work, cache);
}

// Whether the compiler surely saw what is in the files now. `started` is by the clock of the file system.
bool unchanged(const fs::path& source, const std::string& content, const std::vector<fs::path>& dependencies, fs::file_time_type started) {
  if (file_content(source) != content) return false;
  return std::all_of(dependencies.begin(), dependencies.end(), [&](const fs::path& file) {
    std::error_code error;
    return file.lexically_normal() == source.lexically_normal() || (fs::last_write_time(file, error) < started && !error);
  });
}

}  // namespace

fs::path compile_module(const fs::path& source, const Compiler& compiler, CacheFolder& cache, const std::function<void()>& on_compile) {
  const std::string content = read_source(source);
  const std::string key = cache_key(source, content, compiler);
  const ModuleCache modules(cache.path(), source.stem().string(), key);
  if (auto library = modules.find()) return *std::move(library);

  on_compile();
  cache.prune();
  const Workplace work(cache.path());
  const auto started = work.created();
  run_compiler(source, key, compiler, work, cache);
  const auto dependencies = read_depfile(file_content(work.depfile()).value_or(""));
  if (!dependencies.empty() && unchanged(source, content, dependencies, started)) return modules.add(work.library(), dependencies);

  // Good for this run only.
  const fs::path once = cache.path() / (work.library().parent_path().filename().string() + ".so");
  fs::rename(work.library(), once);
  return once;
}

std::string first_errors(const std::string& output) {
  constexpr std::size_t kMost = 3;
  std::vector<std::string> errors;
  std::vector<std::string> lines;
  std::istringstream stream(output);
  for (std::string line; std::getline(stream, line);) {
    if (line.empty()) continue;
    lines.push_back(line);
    if (errors.size() < kMost && (line.find(": error: ") != std::string::npos || line.find(": fatal error: ") != std::string::npos))
      errors.push_back(line);
  }
  if (errors.empty()) errors.assign(lines.size() > kMost ? lines.end() - kMost : lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : errors) text += "  " + line + "\n";
  return text;
}

}  // namespace loads::runner
