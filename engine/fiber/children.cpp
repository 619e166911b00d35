#include "engine/fiber/children.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace loads::fiber {

Children::~Children() {
  if (running_.empty()) return;
  cancel();
  while (!running_.empty()) loop_.park_regardless();
}

// Dies with the child's body, which may never have run.
struct Children::End {
  explicit End(Children& of) : children(of) {}
  ~End() {
    std::erase(children.running_, child);
    if (children.running_.empty()) children.loop_.wake(children.parent_);
  }
  End(const End&) = delete;
  End& operator=(const End&) = delete;

  Children& children;
  Fiber* child = nullptr;
};

void Children::spawn(std::function<void()> body) {
  const auto end = std::make_shared<End>(*this);
  Fiber& child = loop_.spawn([end, body = std::move(body)] { body(); });
  child.owner = parent_.owner;
  end->child = &child;
  running_.push_back(&child);
}

void Children::join() {
  const TimePoint deadline = loop_.deadline();
  loop_.set_deadline(kNever);
  while (!running_.empty()) loop_.park();
  loop_.set_deadline(deadline);
}

void Children::cancel() {
  for (Fiber* child : running_) child->cancel();
}

}  // namespace loads::fiber
