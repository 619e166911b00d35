#include "runner/python/own_black_box.h"

#include <filesystem>
#include <system_error>

namespace loads::runner {

OwnBlackBox::OwnBlackBox(std::uint32_t slots) {
  const std::filesystem::path file = folder_.path() / "black-box";
  BlackBox::create(file, slots);
  box_ = std::make_unique<BlackBox>(BlackBox::open(file));
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
