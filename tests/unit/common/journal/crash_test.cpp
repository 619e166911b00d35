#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <random>

#include "unit/common/journal/journal_folder.h"

// Crashes at random calls: of the process, which leaves the files as they were, and of the machine, which keeps for sure only what was
// synced.
namespace loads::journal {
namespace {

using Random = std::mt19937;

bool toss(Random& random) { return random() % 2 == 0; }

struct Crash {};

// The real disk until its `crash_at`th call, which is made in full, in part or not at all; then Crash is thrown.
class CrashingDisk : public Disk {
 public:
  CrashingDisk(std::filesystem::path folder, std::size_t crash_at, Random& random)
      : folder_(std::move(folder)), left_(crash_at), random_(random) {
    remember_names();
  }

  int open(const std::filesystem::path& file, int flags) override {
    return call([&] { return Disk::open(file, flags); });
  }
  std::ptrdiff_t write(int descriptor, std::span<const std::uint8_t> bytes, std::uint64_t offset) override {
    if (left_ == 0) bytes = bytes.first(random_() % (bytes.size() + 1));
    return call([&] { return Disk::write(descriptor, bytes, offset); });
  }
  int sync(int descriptor) override {
    return call([&] {
      durable_content_[inode_of(descriptor)] = read_file("/proc/self/fd/" + std::to_string(descriptor));
      return 0;
    });
  }
  int truncate(int descriptor, std::uint64_t size) override {
    return call([&] { return Disk::truncate(descriptor, size); });
  }
  int rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    return call([&] { return Disk::rename(from, to); });
  }
  int remove(const std::filesystem::path& file) override {
    return call([&] { return Disk::remove(file); });
  }
  int sync_folder(const std::filesystem::path& folder) override {
    return call([&] {
      if (folder == folder_) remember_names();
      return 0;
    });
  }

  // The machine's power is cut. Of each name and of each file's content that was changed since its last sync, either may be found.
  void lose_power() {
    std::map<std::string, std::string> found;
    const Names now = names();
    for (const auto& [name, inode] : now) {
      if (durable_names_.count(name) != 0 || toss(random_)) found[name] = content_of(inode, folder_ / name);
    }
    for (const auto& [name, inode] : durable_names_) {
      if (now.count(name) == 0 && toss(random_)) found[name] = durable_content_[inode];
    }
    for (const auto& [name, inode] : now) std::filesystem::remove(folder_ / name);
    for (const auto& [name, content] : found) write_file(folder_ / name, content);
  }

 private:
  using Names = std::map<std::string, ino_t>;

  template <typename Made>
  auto call(Made made) -> decltype(made()) {
    const bool last = left_ == 0;
    if (last && toss(random_)) throw Crash{};
    const auto result = made();
    if (last) throw Crash{};
    --left_;
    return result;
  }

  static ino_t inode_of(int descriptor) {
    struct stat status {};
    ::fstat(descriptor, &status);
    return status.st_ino;
  }

  // Keeps every file that it sees open, so that no inode has two lives.
  Names names() {
    Names found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      kept_.emplace_back(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
      found[entry.path().filename()] = inode_of(kept_.back().get());
    }
    return found;
  }
  void remember_names() {
    durable_names_ = names();
    // What is there at the start has been there for long.
    for (const auto& [name, inode] : durable_names_) durable_content_.try_emplace(inode, left_at_start_ ? read_file(folder_ / name) : "");
    left_at_start_ = false;
  }

  // Bytes behind the synced ones may have arrived, all or some.
  std::string content_of(ino_t inode, const std::filesystem::path& file) {
    const std::string durable = durable_content_[inode];
    const std::string now = read_file(file);
    if (!now.starts_with(durable)) return toss(random_) ? now : durable;
    return durable + now.substr(durable.size(), random_() % (now.size() - durable.size() + 1));
  }

  std::filesystem::path folder_;
  std::size_t left_;
  Random& random_;
  bool left_at_start_ = true;
  Names durable_names_;
  std::map<ino_t, std::string> durable_content_;
  std::vector<Descriptor> kept_;
};

// Records are the numbers from 0, a checkpoint says how many it stands for.
struct Progress {
  std::size_t appended = 0;
  std::size_t committed = 0;
};

void work(Journal& journal, Progress& progress, Random& random) {
  for (;;) {
    for (std::size_t i = random() % 4; i > 0; --i) append(journal, std::to_string(progress.appended++));
    const bool is_checkpoint = random() % 4 == 0;
    const std::size_t all = progress.appended;
    const Outcome done = is_checkpoint ? journal.checkpoint(bytes_of(std::to_string(all))) : journal.commit();
    if (done.ok()) progress.committed = all;
  }
}

// How many records the journal stands for; fails when one is missing in between.
std::size_t count(const Journal& journal) {
  std::size_t records = 0;
  for (const std::string& text : replayed(journal)) {
    if (text.starts_with('=')) {
      records = std::stoul(text.substr(1));
    } else {
      EXPECT_EQ(text, std::to_string(records));
      ++records;
    }
  }
  return records;
}

// Crashes again and again in one folder; each time what is found is at least what was committed, and nothing that was not appended.
void crash_often(Random& random, bool machine) {
  const JournalFolder folder;
  const Options options{.sync = machine, .segment_bytes = 60};
  Progress progress;
  { const Journal made(folder.path(), {.sync = false}); }
  for (int round = 0; round < 10; ++round) {
    CrashingDisk disk(folder.path(), random() % 40, random);
    try {
      Journal journal(folder.path(), options, disk);
      progress.committed = progress.appended = count(journal);
      work(journal, progress, random);
    } catch (const Crash&) {
      if (machine) disk.lose_power();
    }
    const std::size_t found = count(Journal(folder.path(), {.sync = false}));
    ASSERT_GE(found, progress.committed);
    ASSERT_LE(found, progress.appended);
    progress.committed = progress.appended = found;
  }
}

TEST(JournalCrash, OfTheProcessAtAnyCallLosesNothingCommitted) {
  for (unsigned seed = 0; seed < 100 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    crash_often(random, false);
  }
}

TEST(JournalCrash, OfTheMachineAtAnyCallLosesNothingCommitted) {
  for (unsigned seed = 0; seed < 100 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    crash_often(random, true);
  }
}

}  // namespace
}  // namespace loads::journal
