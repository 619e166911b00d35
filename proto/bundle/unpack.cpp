#include "proto/bundle/unpack.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "proto/bundle/beneath.h"

namespace loads::bundle {
namespace {

Outcome cannot_write(const std::filesystem::path& path) { return {"cannot write " + path.string() + ": " + std::strerror(errno)}; }

Outcome write_files(const Container& container, const std::filesystem::path& folder) {
  Beneath beneath(folder);
  if (!beneath) return cannot_write(folder);
  for (const Item& item : container.items) {
    const File file = beneath.create(std::string(item.path), item.executable ? 0700 : 0600);
    if (!file || !file.write_at(0, item.contents)) return cannot_write(folder / item.path);
  }
  return {};
}

}  // namespace

Outcome unpack(Bytes bytes, const std::filesystem::path& folder) {
  const Container container = decode(bytes);
  if (!container) return {container.error};
  if (::mkdir(folder.c_str(), 0700) != 0) return cannot_write(folder);
  Outcome outcome = write_files(container, folder);
  std::error_code ignored;
  if (!outcome) std::filesystem::remove_all(folder, ignored);
  return outcome;
}

}  // namespace loads::bundle
