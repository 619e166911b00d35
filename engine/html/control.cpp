#include "engine/html/control.h"

#include <algorithm>

#include <loads/error.h>

namespace loads::html {
namespace {

using Kind = Field::Kind;

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

bool is_among(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

[[noreturn]] void refuse(const Field& field, const std::string& what) { throw AppError("the field " + quoted(field.name) + " " + what); }

// What of `wanted` is not among `offered` is an error that lists these.
void check_offered(const Field& field, const std::vector<std::string>& wanted, const std::vector<std::string>& offered) {
  std::string list;
  for (const std::string& value : offered) list.append(list.empty() ? "" : ", ").append(quoted(value));
  for (const std::string& value : wanted) {
    if (!is_among(offered, value)) refuse(field, "has no option " + quoted(value) + " (it has " + list + ")");
  }
}

}  // namespace

Field& Control::only() const {
  if (fields_.size() == 1) return *fields_.front();
  throw AppError(std::to_string(fields_.size()) + " fields have the name " + quoted(fields_.front()->name) + ": say which by its index");
}

bool Control::is_group(Kind kind) const {
  return std::all_of(fields_.begin(), fields_.end(), [kind](const Field* field) { return field->kind == kind; });
}

std::vector<std::string> Control::values() const {
  if (!is_group(Kind::radio) && !is_group(Kind::checkbox)) return only().submitted();
  std::vector<std::string> out;
  for (const Field* field : fields_) {
    for (std::string& value : field->submitted()) out.push_back(std::move(value));
  }
  return out;
}

std::string Control::value() const {
  const std::vector<std::string> all = values();
  return all.empty() ? std::string() : all.front();
}

bool Control::checked() const { return only().checked; }

void Control::set(std::string_view value) {
  if (is_group(Kind::radio) || is_group(Kind::checkbox)) return choose_boxes({std::string(value)});
  Field& field = only();
  if (field.is_select()) return choose({std::string(value)}, [](const Option& option) -> const std::string& { return option.value; });
  if (field.kind == Kind::submit) refuse(field, "is a button, which has no value to be set");
  if (field.kind == Kind::file) refuse(field, "takes a file: loads::Upload(\"name\", \"content\")");
  field.value = value;
  field.is_forced = false;
}

void Control::check(bool checked) {
  Field& field = only();
  if (field.kind != Kind::checkbox) refuse(field, "is no checkbox");
  field.checked = checked;
  field.is_forced = false;
}

void Control::set_all(const std::vector<std::string>& values) {
  if (is_group(Kind::checkbox)) return choose_boxes(values);
  if (only().kind != Kind::multiple_select) refuse(only(), "takes one value");
  choose(values, [](const Option& option) -> const std::string& { return option.value; });
}

void Control::select_text(const std::vector<std::string>& texts) {
  Field& field = only();
  if (!field.is_select()) refuse(field, "is no select");
  if (field.kind == Kind::select && texts.size() != 1) refuse(field, "takes one value");
  choose(texts, [](const Option& option) -> const std::string& { return option.text; });
}

void Control::choose(const std::vector<std::string>& wanted, const ByOption& by) {
  Field& field = only();
  std::vector<std::string> offered;
  for (const Option& option : field.options) offered.push_back(by(option));
  check_offered(field, wanted, offered);
  field.is_forced = false;
  bool taken = false;
  for (Option& option : field.options) {
    option.selected = is_among(wanted, by(option)) && !(taken && field.kind == Kind::select);
    taken |= option.selected;
  }
}

void Control::choose_boxes(const std::vector<std::string>& wanted) {
  std::vector<std::string> offered;
  for (const Field* field : fields_) offered.push_back(field->value);
  check_offered(*fields_.front(), wanted, offered);
  bool taken = false;
  for (Field* field : fields_) {
    field->is_forced = false;
    field->checked = is_among(wanted, field->value) && !(taken && field->kind == Kind::radio);
    taken |= field->checked;
  }
}

void Control::upload(Upload upload) {
  Field& field = only();
  if (field.kind != Kind::file) refuse(field, "takes no file");
  field.upload = std::move(upload);
}

void Control::force(std::string_view value) {
  for (Field* field : fields_) {
    field->is_forced = field == fields_.front();
    field->checked = false;
  }
  fields_.front()->forced = value;
}

}  // namespace loads::html
