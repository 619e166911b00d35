#include "common/black_box.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "common/failure.h"

namespace loads {
namespace {

constexpr std::uint64_t kMagic = 0x584f425344414f4c;  // "LOADSBOX" in little-endian order
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kSlotSize = 128;
constexpr std::uint64_t kMostCounted = std::uint64_t{1} << 48;  // more than any thread counts: sums of slots stay far from overflow

struct Header {
  std::uint64_t magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t slots = 0;
  std::uint64_t unused[6]{};
};
static_assert(sizeof(Header) == 64 && sizeof(metrics::LiveTally) == kSlotSize, "the layout of black_box.h");

std::size_t file_size(std::uint32_t slots) { return sizeof(Header) + std::size_t{slots} * kSlotSize; }

class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int get() const { return descriptor_; }
  bool valid() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path, const std::string& why) {
  throw Failure(exit_code::local_resource, "Cannot " + what + " the black box " + path.string() + ": " + why + ".");
}

bool read_exactly(const File& file, void* into, std::size_t size, std::size_t offset) {
  auto* bytes = static_cast<char*>(into);
  while (size > 0) {
    const ssize_t got = ::pread(file.get(), bytes, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    offset += static_cast<std::size_t>(got);
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

// The header of a file that has all that it says; nothing of any other.
std::optional<Header> read_header(const File& file) {
  struct stat status {};
  Header header;
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || !read_exactly(file, &header, sizeof header, 0)) return std::nullopt;
  const bool known = header.magic == kMagic && header.version == kVersion && header.slots > 0 && header.slots <= BlackBox::kMostSlots + 1;
  if (!known || static_cast<std::size_t>(status.st_size) != file_size(header.slots)) return std::nullopt;
  return header;
}

// What LiveTally promises of its counters, at whatever moment they were left. Unanswered ones need not have been sent.
bool is_possible(const metrics::Tally& tally) {
  std::uint64_t most = std::max({tally.sent, tally.unanswered});
  for (const std::uint64_t count : tally.outcomes) most = std::max(most, count);
  return most <= kMostCounted && tally.settled <= tally.sent && tally.answered <= tally.sent;
}

metrics::Tally read_slot(const char* bytes) {
  metrics::Tally tally;
  std::uint64_t* const counters[] = {&tally.sent, &tally.settled, &tally.answered, &tally.unanswered};
  for (std::uint64_t* counter : counters) {
    std::memcpy(counter, bytes, sizeof *counter);
    bytes += sizeof *counter;
  }
  std::memcpy(tally.outcomes.data(), bytes, sizeof tally.outcomes);
  return tally;
}

void create_file(const std::filesystem::path& path, std::uint32_t slots) {
  const File file(path, O_RDWR | O_CREAT | O_EXCL);
  if (!file.valid()) fail("create", path, std::strerror(errno));
  // A full disk shows here, not as a SIGBUS in the worker.
  int error = ::posix_fallocate(file.get(), 0, static_cast<off_t>(file_size(slots)));
  Header header;
  header.slots = slots;
  if (error == 0 && ::pwrite(file.get(), &header, sizeof header, 0) != static_cast<ssize_t>(sizeof header)) error = errno;
  if (error == 0) return;
  ::unlink(path.c_str());
  fail("create", path, std::strerror(error));
}

}  // namespace

void BlackBox::create(const std::filesystem::path& path, std::uint32_t slots) {
  if (slots == 0 || slots > kMostSlots) fail("create", path, "it cannot have " + std::to_string(slots) + " slots");
  create_file(path, slots);
}

void BlackBox::replace(const std::filesystem::path& path, std::uint32_t slots, const metrics::Tally& counted) {
  const std::filesystem::path unfinished = path.string() + ".new";
  ::unlink(unfinished.c_str());
  create_file(unfinished, slots + 1);
  std::string bytes;
  for (const std::uint64_t count : {counted.sent, counted.settled, counted.answered, counted.unanswered})
    bytes.append(reinterpret_cast<const char*>(&count), sizeof count);
  bytes.append(reinterpret_cast<const char*>(counted.outcomes.data()), sizeof counted.outcomes);
  const File file(unfinished, O_RDWR);
  const auto written = file.valid() ? ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(file_size(slots))) : -1;
  if (written == static_cast<ssize_t>(bytes.size()) && ::rename(unfinished.c_str(), path.c_str()) == 0) return;
  const int error = errno;
  ::unlink(unfinished.c_str());
  fail("replace", path, std::strerror(error));
}

BlackBox BlackBox::open(const std::filesystem::path& path) {
  const File file(path, O_RDWR);
  if (!file.valid()) fail("open", path, std::strerror(errno));
  const auto header = read_header(file);
  if (!header) fail("open", path, "it is none of this version");
  void* memory = ::mmap(nullptr, file_size(header->slots), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) fail("map", path, std::strerror(errno));
  return {path, memory, header->slots};
}

// Not mapped: the file may be cut short by its worker, and a read of what is gone ends in an error, not in a signal.
std::optional<metrics::Tally> BlackBox::read(const std::filesystem::path& path) {
  const File file(path, O_RDONLY);
  if (!file.valid()) return std::nullopt;
  const auto header = read_header(file);
  if (!header) return std::nullopt;
  std::vector<char> bytes(std::size_t{header->slots} * kSlotSize);
  if (!read_exactly(file, bytes.data(), bytes.size(), sizeof(Header))) return std::nullopt;
  metrics::Tally sum;
  for (std::size_t at = 0; at < bytes.size(); at += kSlotSize) {
    const metrics::Tally tally = read_slot(&bytes[at]);
    if (!is_possible(tally)) return std::nullopt;
    sum += tally;
  }
  return sum;
}

BlackBox::BlackBox(BlackBox&& other) noexcept
    : path_(std::move(other.path_)), memory_(std::exchange(other.memory_, nullptr)), slots_(std::exchange(other.slots_, 0)) {}

BlackBox& BlackBox::operator=(BlackBox&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(memory_, other.memory_);
  std::swap(slots_, other.slots_);
  return *this;
}

BlackBox::~BlackBox() {
  if (memory_ != nullptr) ::munmap(memory_, file_size(slots_));
}

metrics::LiveTally& BlackBox::slot(std::uint32_t index) {
  auto* bytes = static_cast<char*>(memory_) + sizeof(Header) + std::size_t{index} * kSlotSize;
  return *reinterpret_cast<metrics::LiveTally*>(bytes);
}

}  // namespace loads
