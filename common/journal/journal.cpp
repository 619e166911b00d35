#include "common/journal/journal.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "common/failure.h"
#include "common/private_folder.h"

namespace loads::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeptCapacity = std::size_t{4} << 20;  // what a buffer that had to grow in an outage gives back is what is above

Outcome outcome(int error, const char* what, const fs::path& path) {
  if (error == 0) return {};
  return {"cannot " + std::string(what) + " " + path.string() + ": " + std::generic_category().message(error)};
}

void check(const Outcome& done) {
  if (!done.ok()) throw Failure(exit_code::local_resource, done.error, "state-folder");
}

std::uint64_t sum(const std::vector<Segment>& segments) {
  std::uint64_t bytes = 0;
  for (const Segment& segment : segments) bytes += segment.size;
  return bytes;
}

fs::path temporary_in(const fs::path& folder) { return folder / "checkpoint.tmp"; }

}  // namespace

Journal::Journal(const fs::path& folder, Options options, Disk& disk)
    : folder_(make_private_folder(folder)), options_(options), disk_(disk) {
  disk_.remove(temporary_in(folder_));  // of a checkpoint that was not finished; mostly there is none
  Recovered found = recover(folder_);
  segments_ = std::move(found.segments);
  obsolete_ = std::move(found.obsolete);
  cut_ = std::move(found.cut);
  open_last();
  make_durable();
}

void Journal::open_last() {
  if (segments_.empty()) return check(begin_segment());
  const int opened = disk_.open(last_path(), O_RDWR);
  check(outcome(std::max(0, -opened), "open", last_path()));
  file_ = Descriptor(opened);
  torn_ = cut_.has_value();
  check(cut_torn_end());
}

// What a process that died has written without a sync was read above, and from now on counts as committed.
void Journal::make_durable() {
  if (options_.sync) {
    check(outcome(disk_.sync(file_.get()), "sync", last_path()));
    check(outcome(disk_.sync_folder(folder_.parent_path()), "sync", folder_.parent_path()));
  }
  names_unsettled_ = true;
  check(settle_names());
}

void Journal::replay(const OnRecord& on_record) const {
  for (const Segment& segment : segments_) {
    const fs::path file = segment_path(folder_, segment.number);
    RecordReader reader(file, segment.size);
    while (const auto record = reader.next()) on_record(record->kind, record->payload);
    if (!reader.at_end()) fail_damaged(file, reader.offset());
  }
}

void Journal::append(std::span<const std::uint8_t> payload) { encode(Kind::record, payload, buffer_); }

Outcome Journal::commit() {
  if (buffer_.empty()) return {};
  if (Outcome done = prepare(); !done.ok()) return done;
  if (Outcome done = write_buffer(); !done.ok()) {
    torn_ = true;
    (void)cut_torn_end();  // now, if it can be; at the latest the next commit does
    return done;
  }
  last().size += buffer_.size();
  buffer_.clear();
  if (buffer_.capacity() > kKeptCapacity) buffer_ = {};
  return {};
}

Outcome Journal::prepare() {
  if (Outcome done = cut_torn_end(); !done.ok()) return done;
  if (last().size >= options_.segment_bytes) {
    if (Outcome done = begin_segment(); !done.ok()) return done;
  }
  return settle_names();
}

Outcome Journal::write_buffer() {
  const int error = write_all(file_.get(), buffer_, last().size);
  if (error != 0 || !options_.sync) return outcome(error, "write", last_path());
  return outcome(disk_.sync(file_.get()), "sync", last_path());
}

Outcome Journal::cut_torn_end() {
  if (!torn_) return {};
  Outcome done = outcome(disk_.truncate(file_.get(), last().size), "truncate", last_path());
  torn_ = !done.ok();
  return done;
}

Outcome Journal::begin_segment() {
  const std::uint64_t number = segments_.empty() ? 1 : last().number + 1;
  const int opened = disk_.open(segment_path(folder_, number), O_RDWR | O_CREAT | O_EXCL);
  if (opened < 0) return outcome(-opened, "create", segment_path(folder_, number));
  file_ = Descriptor(opened);
  segments_.push_back({number, 0});
  names_unsettled_ = true;
  return {};
}

Outcome Journal::settle_names() {
  if (!names_unsettled_) return {};
  if (options_.sync) {
    if (Outcome done = outcome(disk_.sync_folder(folder_), "sync", folder_); !done.ok()) return done;
  }
  names_unsettled_ = false;
  remove_obsolete();
  return {};
}

// One that cannot be removed takes space but is never read; the next time is soon enough.
void Journal::remove_obsolete() {
  std::erase_if(obsolete_, [&](const Segment& segment) {
    const int error = disk_.remove(segment_path(folder_, segment.number));
    return error == 0 || error == ENOENT;
  });
}

Outcome Journal::checkpoint(std::span<const std::uint8_t> payload) {
  if (Outcome done = commit(); !done.ok()) return done;
  return replace(payload, {});
}

Outcome Journal::replace(std::span<const std::uint8_t> payload, std::span<const std::string_view> records) {
  std::vector<std::uint8_t> bytes;
  encode(Kind::checkpoint, payload, bytes);
  for (const std::string_view record : records)
    encode(Kind::record, {reinterpret_cast<const std::uint8_t*>(record.data()), record.size()}, bytes);
  const std::uint64_t number = last().number + 1;
  Descriptor descriptor;
  if (Outcome done = write_checkpoint(segment_path(folder_, number), bytes, descriptor); !done.ok()) {
    disk_.remove(temporary_in(folder_));
    return done;
  }
  // It has its name, and a replay begins with it: from here on records go behind it, even if the name cannot be made durable yet.
  obsolete_.insert(obsolete_.end(), segments_.begin(), segments_.end());
  segments_.assign(1, {number, bytes.size()});
  file_ = std::move(descriptor);
  torn_ = false;
  buffer_.clear();
  names_unsettled_ = true;
  return settle_names();
}

Outcome Journal::write_checkpoint(const fs::path& file, std::span<const std::uint8_t> bytes, Descriptor& descriptor) {
  const fs::path temporary = temporary_in(folder_);
  const int opened = disk_.open(temporary, O_RDWR | O_CREAT | O_TRUNC);
  if (opened < 0) return outcome(-opened, "create", temporary);
  descriptor = Descriptor(opened);
  if (const int error = write_all(opened, bytes, 0); error != 0) return outcome(error, "write", temporary);
  // Always: a power cut must not leave an empty file in the place of what was there.
  if (const int error = disk_.sync(opened); error != 0) return outcome(error, "sync", temporary);
  return outcome(disk_.rename(temporary, file), "rename", temporary);
}

int Journal::write_all(int descriptor, std::span<const std::uint8_t> bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const std::ptrdiff_t written = disk_.write(descriptor, bytes, offset);
    if (written == -EINTR) continue;
    if (written <= 0) return written < 0 ? static_cast<int>(-written) : EIO;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return 0;
}

std::uint64_t Journal::bytes() const { return sum(segments_) + sum(obsolete_); }

}  // namespace loads::journal
