#include "broker/import/kept_leases.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "common/failure.h"
#include "common/journal/journal.h"
#include "proto/agent_folder.h"
#include "proto/codec.h"

namespace loads::broker {
namespace {

namespace fs = std::filesystem;
namespace names = proto::agent_folder;

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.is_directory(error)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool is_agent_folder(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / names::kIdentity, error) && fs::is_directory(folder / names::kLeases, error);
}

}  // namespace

KeptLeases::KeptLeases(const fs::path& folder) : folder_(folder, "agent") {
  std::ifstream(folder / names::kIdentity) >> agent_;
  if (agent_.empty()) throw Failure(exit_code::usage, (folder / names::kIdentity).string() + " cannot be read.", "import-spool");
}

std::vector<fs::path> KeptLeases::folders() const { return folders_in(folder_.path() / names::kLeases); }

proto::Prepare KeptLeases::read_order(const fs::path& lease) {
  std::ifstream stream(lease / names::kPrepare, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
  proto::Prepare order;
  if (!proto::from_record(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()), order))
    throw Failure(exit_code::local_resource, "it is not complete, or of another version of loads");
  return order;
}

void KeptLeases::read_batches(const fs::path& lease, const OnCheckpoint& on_checkpoint, const OnBatch& on_batch) {
  const journal::Journal journal(lease / names::kBatches, journal::Options{.sync = false});
  journal.replay([&](journal::Kind kind, std::span<const std::uint8_t> payload) {
    if (kind == journal::Kind::record) return on_batch({reinterpret_cast<const char*>(payload.data()), payload.size()});
    names::Checkpoint checkpoint;
    if (!proto::from_record(payload, checkpoint)) throw Failure(exit_code::local_resource, "it is of another version of loads");
    on_checkpoint(checkpoint);
  });
}

std::vector<fs::path> agent_folders_at(const fs::path& path) {
  if (is_agent_folder(path)) return {path};
  std::vector<fs::path> found = folders_in(path);
  std::erase_if(found, [](const fs::path& folder) { return !is_agent_folder(folder); });
  if (!found.empty()) return found;
  throw Failure(
      exit_code::usage,
      path.string() + " is no agent's state folder, and there is none in it. An agent's has a file \"identity\" and a folder \"leases\".",
      "import-spool");
}

}  // namespace loads::broker
