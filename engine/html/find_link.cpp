#include "engine/html/find_link.h"

#include <loads/error.h>

#include "engine/html/pattern.h"

namespace loads::html {
namespace {

constexpr std::size_t kMostListed = 5;

// What a reader sees of it: the tags away.
std::string without_tags(std::string_view content) {
  std::string out;
  while (!content.empty()) {
    const auto tag = content.find('<');
    out += content.substr(0, tag);
    const auto end = tag == std::string_view::npos ? tag : content.find('>', tag);
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
  }
  return out;
}

std::string list_of(const std::vector<const Link*>& links) {
  std::string out;
  for (std::size_t i = 0; i < links.size() && i < kMostListed; ++i) {
    out.append(out.empty() ? "" : ", ").append(links[i]->href).append(" (").append(without_tags(links[i]->content)).append(")");
  }
  return out + (links.size() > kMostListed ? ", ..." : "");
}

std::vector<const Link*> matching(const std::vector<Link>& links, const LinkQuery& query) {
  const Pattern description(query.description);
  const Pattern id(query.id);
  const Pattern href(query.href);
  std::vector<const Link*> out;
  for (const Link& link : links) {
    const bool described = description.is_in(link.content) || description.is_in(without_tags(link.content));
    if (described && id.is_in(link.id) && href.is_in(link.href)) out.push_back(&link);
  }
  return out;
}

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

}  // namespace

const Link& find_link(const std::vector<Link>& links, const LinkQuery& query, std::string_view what) {
  const std::vector<const Link*> found = matching(links, query);
  if (found.empty()) throw AppError("no " + std::string(what) + " matches, of " + counted(links.size(), what) + " on the page");
  if (!query.index && found.size() > 1)
    throw AppError(counted(found.size(), what) + " match: " + list_of(found) + ". Say which by its index");
  const std::size_t index = query.index.value_or(0);
  if (index < found.size()) return *found[index];
  throw AppError("the index " + std::to_string(index) + " is too large: " + counted(found.size(), what) + " match, of " +
                 std::to_string(links.size()) + " on the page");
}

}  // namespace loads::html
