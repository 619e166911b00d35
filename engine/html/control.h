#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <loads/upload.h>

#include "engine/html/field.h"

namespace loads::html {

// The fields of a form that have one name, to be looked at and filled in as one: a single field, the radio buttons of a group, or
// checkboxes that belong together. What does not fit the page throws AppError, which says what there is.
class Control {
 public:
  explicit Control(std::vector<Field*> fields) : fields_(std::move(fields)) {}

  std::string value() const;  // empty: nothing is chosen
  std::vector<std::string> values() const;
  bool checked() const;

  // Text is put in; an option or a radio button with that value is chosen; of checkboxes the one with that value is checked.
  void set(std::string_view value);
  void check(bool checked);                                 // a checkbox
  void set_all(const std::vector<std::string>& values);     // a multiple select, or checkboxes: these and no others
  void select_text(const std::vector<std::string>& texts);  // options by what is read on the page
  void upload(Upload upload);
  void force(std::string_view value);  // whatever the page allows

 private:
  using ByOption = std::function<const std::string&(const Option&)>;

  Field& only() const;
  bool is_group(Field::Kind kind) const;
  void choose(const std::vector<std::string>& wanted, const ByOption& by);
  void choose_boxes(const std::vector<std::string>& wanted);

  std::vector<Field*> fields_;
};

}  // namespace loads::html
