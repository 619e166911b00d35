// Preloaded into a broker: its disk fails as a real one may. What is to fail stands in the file $FAULT_DISK_ERRORS, and changes whenever
// that is written:
//
//   nothing    all goes well
//   write      every write to a journal is an I/O error
//   short      every other write to a journal is half done, one in eight is an I/O error after that
//   sync       every sync of a journal is an I/O error
//   slow       every sync of a journal takes half a second
//   store      every write to the list of runs (SQLite) is an I/O error
//
// How much of each journal a sync has brought to the disk is appended to $FAULT_DISK_SYNCED, "BYTES INODE" a line: that is what a power
// failure would leave of it.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::string path_of(int descriptor) {
  char path[4096];
  const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), path, sizeof path);
  return size < 0 ? std::string() : std::string(path, static_cast<std::size_t>(size));
}

bool is_store(const std::string& path) { return path.find("/runs.db") != std::string::npos; }

bool is_journal(const std::string& path) { return path.ends_with(".journal") || path.ends_with("/checkpoint.tmp"); }

std::string what_fails() {
  const char* file = std::getenv("FAULT_DISK_ERRORS");
  const int descriptor = file == nullptr ? -1 : ::open(file, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return "nothing";
  char text[32];
  const ssize_t size = ::read(descriptor, text, sizeof text);
  ::close(descriptor);
  return std::string(text, size < 0 ? 0 : static_cast<std::size_t>(size));
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

void note_synced(const struct stat& status) {
  const char* file = std::getenv("FAULT_DISK_SYNCED");
  const int descriptor = file == nullptr ? -1 : ::open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) return;
  const std::string line = std::to_string(status.st_size) + " " + std::to_string(status.st_ino) + "\n";
  static_cast<void>(!next<decltype(&::write)>("write")(descriptor, line.data(), line.size()));
  ::close(descriptor);
}

int fail() {
  errno = EIO;
  return -1;
}

}  // namespace

extern "C" ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  static const auto real = next<decltype(&::pwrite)>("pwrite");
  static std::atomic<unsigned> count{0};
  const std::string path = path_of(descriptor);
  const std::string what = what_fails();
  if (what == "store" && is_store(path)) return fail();
  if (!is_journal(path)) return real(descriptor, bytes, size, offset);
  if (what == "write") return fail();
  if (what == "short") {
    const unsigned number = ++count;
    if (number % 8 == 0) return fail();
    if (number % 2 == 0 && size > 1) return real(descriptor, bytes, size / 2, offset);
  }
  return real(descriptor, bytes, size, offset);
}

// SQLite's.
extern "C" ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
  return pwrite(descriptor, bytes, size, offset);
}

extern "C" int fdatasync(int descriptor) {
  static const auto real = next<decltype(&::fdatasync)>("fdatasync");
  if (!is_journal(path_of(descriptor))) return real(descriptor);
  const std::string what = what_fails();
  if (what == "sync") return fail();
  if (what == "slow") ::usleep(500'000);
  struct stat status {};
  ::fstat(descriptor, &status);
  const int result = real(descriptor);
  if (result == 0) note_synced(status);
  return result;
}
