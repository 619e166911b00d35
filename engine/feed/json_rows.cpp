#include "engine/feed/json_rows.h"

#include <loads/feeder.h>

#include <set>
#include <string>
#include <vector>

namespace loads::feed {
namespace {

Json parse(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const JsonError& error) {
    throw FeedError(error.what());
  }
}

std::string cell_text(const Json& row, const std::string& name) {
  if (!row.contains(name)) return {};
  const Json value = row[name];
  return value.is_string() ? value.as<std::string>() : value.dump();
}

}  // namespace

Table read_json(std::string_view text) {
  const Json array = parse(text);
  if (!array.is_array()) throw FeedError("an array of objects is needed");
  std::set<std::string> names;
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (!array[i].is_object()) throw FeedError("element " + std::to_string(i) + " is no object: an array of objects is needed");
    for (const auto& [name, value] : array[i].items()) names.insert(name);
  }
  Table table(std::vector<std::string>(names.begin(), names.end()));
  for (const Json& row : array) {
    for (const std::string& name : table.names()) table.add_cell(cell_text(row, name));
    table.add_document(row);
  }
  return table;
}

}  // namespace loads::feed
