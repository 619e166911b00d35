#include "engine/html/document.h"

#include <time.h>

#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace loads::html {
namespace {

constexpr std::size_t kMostMemory = std::size_t{64} << 20;
constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr std::int64_t kMostTime = 500'000'000;   // ns of the processor: the parser's time is quadratic in the depth of a page
constexpr std::size_t kClockPeriod = 1024;        // allocations from one look at the clock to the next
constexpr std::ptrdiff_t kMostStack = 64 * 1024;  // bytes, of a fiber's 256 KiB

std::int64_t thread_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

// The parser's memory, freed as a whole. What exceeds the budget leaves the parser by longjmp(): it is C, knows no exceptions, and does not
// look whether it got the memory that it asked for.
struct Document::Budget {
  std::vector<std::unique_ptr<std::byte[]>> chunks;
  std::byte* free = nullptr;  // in the last chunk
  std::size_t left = 0;       // there
  std::size_t spent = 0;
  std::size_t allocations = 0;
  const std::int64_t until = thread_time() + kMostTime;
  const char* stack = nullptr;  // where the parser was called
  std::jmp_buf over;

  bool is_exceeded(std::size_t more) {
    if (more > kMostMemory - spent) return true;
    return ++allocations % kClockPeriod == 0 && thread_time() > until;
  }

  void* take(std::size_t size) {
    size = (size + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);
    if (size > left) add_chunk(std::max(size, kChunk));
    left -= size;
    return std::exchange(free, free + size);
  }

  void add_chunk(std::size_t size) {
    chunks.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
    free = chunks.back().get();
    left = size;
    spent += size;
  }

  static void* allocate(void* self, std::size_t size) {
    auto& budget = *static_cast<Budget*>(self);
    if (budget.is_exceeded(size)) std::longjmp(budget.over, 1);
    return budget.take(std::max<std::size_t>(size, 1));
  }

  // Nothing is given back before the end. But a tree that is dropped on the way (for a <frameset>) is walked by recursion, and this is
  // where it comes by.
  static void deallocate(void* self, void* /*memory*/) {
    auto& budget = *static_cast<Budget*>(self);
    const char here = 0;
    if (budget.stack - &here > kMostStack) std::longjmp(budget.over, 1);
  }

  // Null: it was exceeded. No object with a destructor lives in this frame, which longjmp() comes back to.
  const GumboOutput* parse(std::string_view text) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = allocate;
    options.deallocator = deallocate;
    options.userdata = this;
    options.max_errors = 0;
    const char here = 0;
    stack = &here;
    if (setjmp(over) != 0) return nullptr;
    return gumbo_parse_with_options(&options, text.data(), text.size());
  }
};

Document::Document(std::string_view text) : budget_(std::make_unique<Budget>()), output_(budget_->parse(text)) {
  if (output_ == nullptr) throw PageError("its HTML is too large, or nested too deep, to be read");
}

Document::~Document() = default;

}  // namespace loads::html
