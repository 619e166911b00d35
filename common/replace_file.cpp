#include "common/replace_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "common/descriptor.h"
#include "common/failure.h"

namespace loads {

void replace_file(const std::filesystem::path& file, std::string_view content) {
  const std::filesystem::path fresh = file.string() + ".new";
  const Descriptor descriptor(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const bool written = descriptor.is_open() &&
                       ::write(descriptor.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
                       ::fsync(descriptor.get()) == 0 && ::rename(fresh.c_str(), file.c_str()) == 0;
  if (!written)
    throw Failure(exit_code::local_resource, "cannot write " + file.string() + ": " + std::strerror(errno) + ".", "state-folder");
}

}  // namespace loads
