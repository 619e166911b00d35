#include "engine/fiber/stack_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <new>

namespace loads::fiber {
namespace {

constexpr int kGuardInstall = 102;  // MADV_GUARD_INSTALL, since Linux 6.13; older headers lack it

// Each mprotect'ed guard splits a mapping in two, and the kernel bounds their number (vm.max_map_count). What is left after a reserve for
// everything else is shared by all threads.
std::size_t guards_by_mprotect() {
  std::size_t limit = 65530;
  std::ifstream("/proc/sys/vm/max_map_count") >> limit;
  return limit > 2000 ? (limit - 2000) / 2 : 0;
}

bool guard(char* page) {
  static std::atomic<bool> by_madvise{true};
  static std::atomic<std::size_t> left{guards_by_mprotect()};
  if (by_madvise.load(std::memory_order_relaxed)) {
    if (madvise(page, StackPool::kGuardSize, kGuardInstall) == 0) return true;
    by_madvise.store(false, std::memory_order_relaxed);
  }
  for (std::size_t now = left.load(); now > 0;) {
    if (left.compare_exchange_weak(now, now - 1)) return mprotect(page, StackPool::kGuardSize, PROT_NONE) == 0;
  }
  return false;
}

}  // namespace

StackPool::StackPool(std::size_t expected) { reserve(std::max<std::size_t>(expected, 1)); }

StackPool::~StackPool() {
  for (const Slab& slab : slabs_) munmap(slab.memory, slab.bytes);
}

Stack StackPool::take() {
  if (free_.empty()) reserve(64);
  char* bottom = free_.back();
  free_.pop_back();
  return {bottom, kStackSize};
}

void StackPool::reserve(std::size_t stacks) {
  const std::size_t bytes = stacks * kStackSize;
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  // A huge page would make each stack cost 2 MiB.
  madvise(memory, bytes, MADV_NOHUGEPAGE);
  slabs_.push_back({static_cast<char*>(memory), bytes});
  free_.reserve(free_.size() + stacks);
  for (std::size_t i = stacks; i-- > 0;) {
    char* bottom = slabs_.back().memory + i * kStackSize;
    if (!guard(bottom)) fully_guarded_ = false;
    free_.push_back(bottom);
  }
}

}  // namespace loads::fiber
