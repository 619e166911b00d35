#include "runner/compile/module_cache.h"

#include <fstream>
#include <sstream>
#include <system_error>

#include "common/failure.h"
#include "runner/compile/content_key.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<fs::path> lines;
  for (std::string line; std::getline(stream, line);) lines.emplace_back(line);
  return lines;
}

// Keeps an entry that is in use from being pruned.
void touch(const fs::path& file) {
  std::error_code ignored;
  fs::last_write_time(file, fs::file_time_type::clock::now(), ignored);
}

void write(const fs::path& file, const std::vector<fs::path>& lines) {
  std::ofstream stream(file, std::ios::binary);
  for (const fs::path& line : lines) stream << line.string() << '\n';
  stream.close();
  if (!stream) throw Failure(exit_code::local_resource, "cannot write " + file.string() + ". Is the disk full?", "no-cache");
}

}  // namespace

std::optional<fs::path> ModuleCache::library_for(const std::vector<fs::path>& dependencies) const {
  std::vector<std::string> parts{key_};
  for (const fs::path& file : dependencies) {
    auto content = file_content(file);
    if (!content) return {};
    parts.push_back(file.string());
    parts.push_back(*std::move(content));
  }
  return folder_ / (name_ + "-" + content_key(parts) + ".so");
}

std::optional<fs::path> ModuleCache::find() const {
  const auto names = file_content(manifest());
  if (!names) return {};
  auto library = library_for(lines_of(*names));
  std::error_code ignored;
  if (!library || !fs::is_regular_file(*library, ignored)) return {};
  touch(manifest());
  touch(*library);
  return library;
}

fs::path ModuleCache::add(const fs::path& library, const std::vector<fs::path>& dependencies) const {
  const auto place = library_for(dependencies);
  if (!place) return library;
  fs::rename(library, *place);
  const fs::path names = library.string() + ".deps";
  write(names, dependencies);
  fs::rename(names, manifest());
  return *place;
}

}  // namespace loads::runner
