#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <loads/upload.h>

#include "engine/html/control.h"
#include "engine/html/field.h"

namespace loads::html {

// What is submitted for one name: text, or a file. A file field in which nothing was put is submitted as an empty file without a name.
struct Part {
  std::string name;
  std::string value;
  std::optional<Upload> upload{};
};

// Which of the buttons with one name is pressed; without a word the first.
struct ButtonChoice {
  std::optional<std::size_t> index{};
  std::optional<std::string> value{};
};

// A form of a page, as the page has it and as the test has filled it in. Fields that are disabled are not in it.
struct Form {
  std::string id;
  std::string action;          // as it stands in the page
  std::string method = "get";  // or "post"
  std::string enctype = "application/x-www-form-urlencoded";
  std::vector<Field> fields;  // in the order of the page

  // The fields of that name; with an index, of several that are no group that one. AppError when there is none.
  Control control(std::string_view name, std::optional<std::size_t> index = std::nullopt);

  // The form as it is submitted, in the order of the page. `button` is the name of the one that is pressed; empty: none.
  std::vector<Part> submission(std::string_view button = {}, const ButtonChoice& choice = {}) const;

 private:
  const Field& pressed(std::string_view button, const ButtonChoice& choice) const;
};

}  // namespace loads::html
