// Any bytes are either refused, and nothing is there afterwards, or unpacked to files that are packed as the same bytes again; nothing
// appears beside the folder. The same bytes as a test module are refused, or have a machine.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "proto/bundle/container.h"
#include "proto/bundle/module_file.h"
#include "proto/bundle/pack.h"
#include "proto/bundle/unpack.h"

namespace {

namespace fs = std::filesystem;
using loads::bundle::Bytes;

void require(bool holds) {
  if (!holds) std::abort();
}

// Three folders deep, so that what leads out by a few is seen too. In the working folder, deleted at the end.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::current_path() / "fuzz_bundle_XXXXXX").string();
    require(::mkdtemp(name.data()) != nullptr);
    top_ = name;
    fs::create_directories(folder().parent_path());
  }
  ~Scratch() { fs::remove_all(top_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  fs::path folder() const { return top_ / "a/b/run"; }

  bool holds_nothing() const {
    const fs::recursive_directory_iterator begin(top_);
    return std::distance(begin, fs::recursive_directory_iterator()) == 2;
  }

 private:
  fs::path top_;
};

void check_files(const loads::bundle::Container& container, Bytes bytes, const fs::path& folder) {
  std::vector<loads::bundle::Entry> entries;
  for (const auto& item : container.items) entries.push_back({std::string(item.path), folder / item.path});
  const auto packed = loads::bundle::pack(entries);
  require(std::equal(packed.bytes.begin(), packed.bytes.end(), bytes.begin(), bytes.end()));
}

void check_module(Bytes bytes) {
  const auto kind = loads::bundle::inspect(bytes);
  require(!kind.error.empty() || !kind.machine.empty());
  require(kind.interface.size() <= 32);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Scratch scratch;
  const Bytes bytes(data, size);
  const auto container = loads::bundle::decode(bytes);
  const auto outcome = loads::bundle::unpack(bytes, scratch.folder());
  require(container.error == outcome.error);
  if (outcome) {
    check_files(container, bytes, scratch.folder());
    fs::remove_all(scratch.folder());
  }
  require(scratch.holds_nothing());
  check_module(bytes);
  return 0;
}
