#include <algorithm>
#include <charconv>

#include "examples/target/pages.h"

namespace loads::target {
namespace {

// "/drip/20/5?query" taken apart: the name, and the numbers that follow it.
struct Path {
  std::string_view name;
  Numbers numbers{};
  std::size_t count = 0;
  bool good = true;  // false: what follows the name are not numbers, or too many of them
};

std::string_view take_segment(std::string_view& rest) {
  const auto end = std::min(rest.find('/'), rest.size());
  const auto segment = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return segment;
}

Path parse_path(std::string_view target) {
  std::string_view rest = target.substr(0, target.find_first_of("?#"));
  if (rest.starts_with('/')) {
    rest.remove_prefix(1);
  }
  Path path;
  path.name = take_segment(rest);
  while (!rest.empty()) {
    const auto segment = take_segment(rest);
    if (path.count == path.numbers.size()) {
      path.good = false;
      break;
    }
    const char* end = segment.data() + segment.size();
    const auto [stop, error] = std::from_chars(segment.data(), end, path.numbers[path.count]);
    if (error != std::errc() || stop != end) {
      path.good = false;
      break;
    }
    ++path.count;
  }
  return path;
}

const Page* find(std::span<const Page> table, const Path& path) {
  const auto found = std::ranges::find_if(table, [&](const Page& page) { return page.name == path.name && page.numbers == path.count; });
  return found == table.end() ? nullptr : &*found;
}

bool is_known(std::string_view name) {
  const auto named = [name](const Page& page) { return page.name == name; };
  return std::ranges::any_of(pages(), named) || std::ranges::any_of(session_pages(), named) || std::ranges::any_of(faults(), named);
}

}  // namespace

void write_reply(const Request& request, const Options& options, Reply& reply) {
  const Path path = parse_path(request.target);
  reply.delay = options.delay;
  if (path.name.empty()) {
    return write_answer(request, options.status, "<html>Search</html>", reply);
  }
  for (const auto& table : {pages(), session_pages()}) {
    if (const Page* page = path.good ? find(table, path) : nullptr) {
      return page->write(request, path.numbers, reply);
    }
  }
  if (const Page* fault = path.good ? find(faults(), path) : nullptr) {
    reply.counted = false;
    return fault->write(request, path.numbers, reply);
  }
  if (is_known(path.name)) {
    return write_answer(request, 400, "the numbers in this path are missing or wrong; see loads-target --help", reply);
  }
  write_answer(request, options.status, "<html>Search</html>", reply);
}

}  // namespace loads::target
