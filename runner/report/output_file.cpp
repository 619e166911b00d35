#include "runner/report/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "common/failure.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, int error) {
  throw Failure(exit_code::local_resource,
                "cannot write " + file.string() + ": " + std::generic_category().message(error) + ". Name a file that can be written.",
                "unwritable");
}

// A file open for writing.
class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  bool is_open() const { return descriptor_ >= 0; }

  // 0, or the errno.
  int write(std::string_view content) const {
    while (!content.empty()) {
      const ssize_t written = ::write(descriptor_, content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return errno;
      content.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
  }
  int close() { return ::close(std::exchange(descriptor_, -1)) == 0 ? 0 : errno; }

 private:
  int descriptor_;
};

// A new file beside `file`, gone again unless it takes the place of `file`.
class Temporary {
 public:
  explicit Temporary(const fs::path& file) : path_(unused_name(file)), descriptor_(create(path_)) {
    if (!descriptor_.is_open()) refuse(file, errno);
  }
  ~Temporary() {
    if (!renamed_) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  int fill(std::string_view content) {
    const int error = descriptor_.write(content);
    const int close_error = descriptor_.close();
    return error != 0 ? error : close_error;
  }
  int rename_to(const fs::path& file) {
    renamed_ = ::rename(path_.c_str(), file.c_str()) == 0;
    return renamed_ ? 0 : errno;
  }

 private:
  static fs::path unused_name(const fs::path& file) {
    const std::string stem = "." + file.filename().string().substr(0, 200) + "." + std::to_string(::getpid()) + ".";
    for (int attempt = 0;; ++attempt) {
      fs::path candidate = file.parent_path() / (stem + std::to_string(attempt));
      std::error_code ignored;
      if (!fs::exists(fs::symlink_status(candidate, ignored))) return candidate;
    }
  }
  static int create(const fs::path& path) { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666); }

  fs::path path_;
  Descriptor descriptor_;
  bool renamed_ = false;
};

// Where the content goes: a link's target, so that the link survives.
fs::path destination(const fs::path& file) {
  std::error_code error;
  const fs::path target = fs::canonical(file, error);
  return error ? file : target;
}

// A device or a pipe cannot be replaced, only written to.
bool is_special(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

void refuse_directory(const fs::path& file) {
  std::error_code error;
  if (file.filename().empty() || fs::is_directory(file, error)) refuse(file, EISDIR);
}

void write_special(const fs::path& file, std::string_view content) {
  Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!descriptor.is_open()) refuse(file, errno);
  if (const int error = descriptor.write(content); error != 0) refuse(file, error);
}

}  // namespace

void check_writable(const fs::path& file) {
  refuse_directory(file);
  if (is_special(file)) {
    if (::access(file.c_str(), W_OK) != 0) refuse(file, errno);
    return;
  }
  const Temporary probe(destination(file));
}

void write_file(const fs::path& file, std::string_view content) {
  refuse_directory(file);
  if (is_special(file)) return write_special(file, content);
  const fs::path target = destination(file);
  Temporary temporary(target);
  if (const int error = temporary.fill(content); error != 0) refuse(file, error);
  if (const int error = temporary.rename_to(target); error != 0) refuse(file, error);
}

}  // namespace loads::runner
