#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <loads/app_response.h>
#include <loads/export.h>
#include <loads/upload.h>

namespace loads {

namespace html {
class Control;
struct Form;
}  // namespace html

// Which of a form's buttons of one name is pressed; without a word the first.
struct SubmitChoice {
  std::optional<std::size_t> index{};
  std::optional<std::string> value{};
};

// A form of a page: filled in and submitted as its reader would.
//
//   auto form = app.get("/login").form();
//   form["user"] = "anna";
//   form["stay"] = true;
//   auto answer = form.submit("login");
class LOADS_API Form {
 public:
  class Field;

  Form(AppResponse page, html::Form& form) : page_(std::move(page)), form_(&form) {}

  std::string_view id() const;
  std::string_view action() const;  // as it stands in the page
  std::string_view method() const;  // "get" or "post"
  std::string_view enctype() const;

  // The field of that name, or the fields, when they are radio buttons or checkboxes. Throws AppError when there is none.
  Field operator[](std::string_view name);
  Field get(std::string_view name, std::size_t index);  // one of several
  template <typename Value>
  void set(std::string_view name, const Value& value);
  template <typename Value>
  void set(std::string_view name, const Value& value, std::size_t index);

  // Sends the form to where it goes, as a browser does. `button` is the name of the one that is pressed; without it none is.
  AppResponse submit(std::string_view button = {}, const SubmitChoice& choice = {}, const AppOptions& options = {}) const;
  Pairs submit_fields(std::string_view button = {}, const SubmitChoice& choice = {}) const;  // what that sends; of files the names

 private:
  AppResponse page_;  // which owns form_
  html::Form* form_;
};

// A field to be looked at and filled in. What does not fit (an option that is not there, text for a checkbox) throws AppError and lists
// what does. Valid as long as a handle to the form is.
class LOADS_API Form::Field {
 public:
  Field(html::Form& form, std::string_view name, std::optional<std::size_t> index) : form_(&form), name_(name), index_(index) {}

  std::string value() const;  // as it is submitted; empty when it is not
  std::vector<std::string> values() const;
  bool checked() const;

  // Text is put in; of a select or of radio buttons the one with that value is chosen; a checkbox is checked by true, or by its value.
  Field& operator=(std::string_view value);
  Field& operator=(const char* value) { return *this = std::string_view(value); }
  Field& operator=(const std::string& value) { return *this = std::string_view(value); }
  Field& operator=(std::initializer_list<std::string_view> values);  // these of a multiple select or of checkboxes, and no others
  Field& operator=(const std::vector<std::string>& values);
  Field& operator=(Upload file);
  template <typename T>
  requires std::integral<T> Field& operator=(T value) {
    if constexpr (std::same_as<T, bool>) return check(value);
    return *this = std::string_view(std::to_string(value));
  }

  void select(std::string_view value) { *this = value; }
  void select_text(std::string_view text);  // the option that reads so
  void select_multiple(std::initializer_list<std::string_view> values) { *this = values; }
  void select_multiple_texts(std::initializer_list<std::string_view> texts);
  void force_value(std::string_view value);  // whatever the page allows

 private:
  html::Control control() const;
  Field& check(bool checked);

  html::Form* form_;
  std::string name_;
  std::optional<std::size_t> index_;
};

inline Form::Field Form::operator[](std::string_view name) { return Field(*form_, name, std::nullopt); }
inline Form::Field Form::get(std::string_view name, std::size_t index) { return Field(*form_, name, index); }
template <typename Value>
void Form::set(std::string_view name, const Value& value) {
  (*this)[name] = value;
}
template <typename Value>
void Form::set(std::string_view name, const Value& value, std::size_t index) {
  get(name, index) = value;
}

}  // namespace loads
