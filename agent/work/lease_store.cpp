#include "agent/work/lease_store.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>
#include <system_error>

#include "common/black_box.h"
#include "common/failure.h"
#include "common/private_folder.h"
#include "common/run_id.h"
#include "proto/agent_folder.h"
#include "proto/codec.h"

namespace loads::agent {
namespace {

namespace fs = std::filesystem;

using proto::agent_folder::kBatches;
using proto::agent_folder::kPrepare;

constexpr const char* kBlackBox = "black-box";

std::string name_of(const std::string& run, proto::Lease lease) {
  if (!is_run_id(run)) throw Failure(exit_code::local_resource, "the broker's name for a run is none that can be kept");
  return run + "-" + std::to_string(lease);
}

std::span<const std::uint8_t> bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

// Whole or not at all: the process may be killed at any time.
void write_file(const fs::path& path, const std::string& bytes) {
  const fs::path unfinished = path.string() + ".new";
  std::ofstream stream(unfinished, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  std::error_code error;
  if (stream) fs::rename(unfinished, path, error);
  if (!stream || error) throw Failure(exit_code::local_resource, "cannot write " + path.string() + ". Is the disk full?", "state-folder");
}

std::string read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

LeaseStore::LeaseStore(const fs::path& state)
    : leases_(make_private_folder(state / proto::agent_folder::kLeases)), unpacked_(state / "unpacked") {
  std::error_code ignored;
  fs::remove_all(unpacked_, ignored);
  unpacked_ = make_private_folder(unpacked_);
}

fs::path LeaseStore::lease_folder(const std::string& run, proto::Lease lease) const { return leases_ / name_of(run, lease); }
fs::path LeaseStore::working_folder(const std::string& run, proto::Lease lease) const { return unpacked_ / name_of(run, lease); }

void LeaseStore::remove_working_folder(const std::string& run, proto::Lease lease) const {
  std::error_code ignored;
  if (is_run_id(run)) fs::remove_all(working_folder(run, lease), ignored);
}

void LeaseStore::keep(const proto::Prepare& prepare) {
  const fs::path folder = make_private_folder(lease_folder(prepare.run, prepare.lease));
  write_file(folder / kPrepare, proto::to_record(prepare));
}

journal::Journal& LeaseStore::batches_of(const std::string& run, proto::Lease lease) {
  std::unique_ptr<journal::Journal>& journal = journals_[{run, lease}];
  if (!journal) journal = std::make_unique<journal::Journal>(lease_folder(run, lease) / kBatches, journal::Options{.sync = false});
  return *journal;
}

void LeaseStore::keep_batch(const std::string& run, proto::Lease lease, std::string_view bytes) {
  journal::Journal& journal = batches_of(run, lease);
  journal.append(bytes_of(bytes));
  if (const journal::Outcome outcome = journal.commit(); !outcome.ok())
    throw Failure(exit_code::local_resource, outcome.error, "state-folder");
}

void LeaseStore::keep_spool(const std::string& run, proto::Lease lease, const proto::agent_folder::Checkpoint& checkpoint,
                            const std::deque<std::string>& batches) {
  journal::Journal& journal = batches_of(run, lease);
  const std::vector<std::string_view> records(batches.begin(), batches.end());
  const journal::Outcome outcome = journal.replace(bytes_of(proto::to_record(checkpoint)), records);
  journal.discard();
  if (!outcome.ok()) throw Failure(exit_code::local_resource, outcome.error, "state-folder");
}

void LeaseStore::drop(const std::string& run, proto::Lease lease) {
  journals_.erase({run, lease});
  const fs::path folder = lease_folder(run, lease);
  // Without its order a lease is not restored: what is half removed is not taken for a run.
  std::error_code error;
  fs::remove(folder / kPrepare, error);
  fs::remove_all(folder, error);
  remove_working_folder(run, lease);
  if (error) throw Failure(exit_code::local_resource, "cannot remove " + folder.string() + ": " + error.message() + ".", "state-folder");
}

fs::path LeaseStore::make_black_box(const std::string& run, proto::Lease lease, std::uint32_t slots) {
  const fs::path path = make_private_folder(lease_folder(run, lease)) / kBlackBox;
  BlackBox::create(path, slots);
  return path;
}

fs::path LeaseStore::replace_black_box(const std::string& run, proto::Lease lease, std::uint32_t slots, const metrics::Tally& counted) {
  const fs::path path = make_private_folder(lease_folder(run, lease)) / kBlackBox;
  BlackBox::replace(path, slots, counted);
  return path;
}

std::optional<metrics::Tally> LeaseStore::read_black_box(const std::string& run, proto::Lease lease) const {
  return BlackBox::read(lease_folder(run, lease) / kBlackBox);
}

std::vector<fs::path> LeaseStore::lease_folders() const {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(leases_, error)) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::optional<LeaseStore::Kept> LeaseStore::read(const fs::path& folder, std::string& why_not) try {
  const std::string record = read_file(folder / kPrepare);
  std::error_code ignored;
  if (record.empty()) {
    // Killed between making the folder and the order, or while it was removed.
    fs::remove_all(folder, ignored);
    why_not = "it was not complete, and is removed";
    return {};
  }
  Kept kept;
  if (!proto::from_record(bytes_of(record), kept.prepare) || folder.filename() != name_of(kept.prepare.run, kept.prepare.lease)) {
    why_not = "it is of another version of loads, or damaged";
    return {};
  }
  bool whole = true;
  batches_of(kept.prepare.run, kept.prepare.lease).replay([&](journal::Kind kind, std::span<const std::uint8_t> payload) {
    if (kind == journal::Kind::checkpoint) {
      whole = proto::from_record(payload, kept.checkpoint.emplace());
    } else {
      kept.batches.emplace_back(reinterpret_cast<const char*>(payload.data()), payload.size());
    }
  });
  if (!whole) {
    why_not = "it is of another version of loads";
    return {};
  }
  return kept;
} catch (const std::exception& error) {
  why_not = error.what();
  return {};
}

}  // namespace loads::agent
