#include "engine/html/form.h"

#include <algorithm>

#include <loads/error.h>

namespace loads::html {
namespace {

using Kind = Field::Kind;

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string names_in(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) {
    if (!field.name.empty() && std::find(names.begin(), names.end(), field.name) == names.end()) names.push_back(field.name);
  }
  std::string out;
  for (const std::string& name : names) out.append(out.empty() ? "" : ", ").append(quoted(name));
  return out.empty() ? "it has none" : "it has " + out;
}

// All radio buttons of a name are one.
std::vector<Field*> of_index(const std::vector<Field*>& fields, std::size_t index) {
  std::vector<Field*> radios;
  std::vector<std::vector<Field*>> controls;
  std::size_t radio_place = 0;
  for (Field* field : fields) {
    if (field->kind != Kind::radio || radios.empty()) controls.push_back({field});
    if (field->kind != Kind::radio) continue;
    if (radios.empty()) radio_place = controls.size() - 1;
    radios.push_back(field);
  }
  if (!radios.empty()) controls[radio_place] = radios;
  return index < controls.size() ? controls[index] : std::vector<Field*>{};
}

}  // namespace

Control Form::control(std::string_view name, std::optional<std::size_t> index) {
  std::vector<Field*> found;
  for (Field& field : fields) {
    if (field.name == name && !name.empty()) found.push_back(&field);
  }
  if (found.empty()) throw AppError("the form has no field " + quoted(name) + " (" + names_in(fields) + ")");
  if (!index) return Control(std::move(found));
  std::vector<Field*> one = of_index(found, *index);
  if (one.empty()) throw AppError("the form has no field " + quoted(name) + " with the index " + std::to_string(*index));
  return Control(std::move(one));
}

const Field& Form::pressed(std::string_view button, const ButtonChoice& choice) const {
  std::size_t index = 0;
  for (const Field& field : fields) {
    if (field.kind != Kind::submit || field.name != button) continue;
    if (choice.value ? field.value == *choice.value : index == choice.index.value_or(0)) return field;
    ++index;
  }
  throw AppError("the form has no such button " + quoted(button) + (choice.value ? " with the value " + quoted(*choice.value) : "") +
                 (choice.index ? " with the index " + std::to_string(*choice.index) : "") + " (" + names_in(fields) + ")");
}

std::vector<Part> Form::submission(std::string_view button, const ButtonChoice& choice) const {
  const Field* press = button.empty() ? nullptr : &pressed(button, choice);
  std::vector<Part> parts;
  for (const Field& field : fields) {
    if (&field == press) parts.push_back({field.name, field.value});
    if (field.name.empty()) continue;
    if (field.kind == Kind::file) parts.push_back({field.name, {}, field.upload ? field.upload : Upload("", "")});
    for (std::string& value : field.submitted()) parts.push_back({field.name, std::move(value)});
  }
  return parts;
}

}  // namespace loads::html
