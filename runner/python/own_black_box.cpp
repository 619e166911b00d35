#include "runner/python/own_black_box.h"

#include <cstdlib>
#include <string>
#include <system_error>

#include "common/failure.h"

namespace loads::runner {

OwnBlackBox::OwnBlackBox(std::uint32_t slots) {
  std::string name = (std::filesystem::temp_directory_path() / "loads-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw Failure(exit_code::local_resource, "cannot make a folder " + name + " for the run's counters.");
  folder_ = name;
  BlackBox::create(folder_ / "black-box", slots);
  box_ = std::make_unique<BlackBox>(BlackBox::open(folder_ / "black-box"));
}

OwnBlackBox::~OwnBlackBox() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::shared_ptr<BlackBox> OwnBlackBox::make(std::uint32_t slots) {
  const auto own = std::make_shared<OwnBlackBox>(slots);
  return {own, own->box_.get()};
}

void OwnBlackBox::unlink(const BlackBox& box) {
  std::error_code ignored;
  std::filesystem::remove_all(box.path().parent_path(), ignored);
}

}  // namespace loads::runner
