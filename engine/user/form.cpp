// Form and its fields: the faces of a html::Form.

#include <loads/form.h>

#include <algorithm>

#include <loads/error.h>

#include "engine/html/form.h"
#include "engine/html/page.h"
#include "engine/http/multipart.h"
#include "engine/user/navigation.h"

namespace loads {
namespace {

// Of a file its name, as browsers do where files cannot be sent.
Pairs as_pairs(std::vector<html::Part> parts) {
  Pairs out;
  for (html::Part& part : parts)
    out.emplace_back(std::move(part.name), part.upload ? std::move(part.upload->filename) : std::move(part.value));
  return out;
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

http::FormPart as_form_part(const html::Part& part) {
  if (!part.upload) return {.name = part.name, .value = part.value};
  const Upload& file = *part.upload;
  return {.name = part.name,
          .value = file.content ? std::string_view(*file.content) : std::string_view(),
          .path = file.content ? nullptr : &file.filename,
          .is_file = true,
          .filename = base_name(file.filename),
          .type = file.content_type.empty() ? "application/octet-stream" : std::string_view(file.content_type)};
}

// Written whole: a page's form is sent by what sends its fields.
void put_multipart(const std::vector<html::Part>& parts, AppOptions& request) {
  std::vector<http::FormPart> form(parts.size());
  std::transform(parts.begin(), parts.end(), form.begin(), as_form_part);
  try {
    http::Multipart multipart(form, http::random_boundary());
    std::string body(multipart.size(), '\0');
    multipart.read(body);
    request.params = Data(std::move(body));
    request.content_type = multipart.content_type();
  } catch (const InvalidRequest& why) {
    throw AppError(why.what());
  }
}

std::vector<std::string> as_strings(std::initializer_list<std::string_view> texts) { return {texts.begin(), texts.end()}; }

}  // namespace

std::string_view Form::id() const { return form_->id; }
std::string_view Form::action() const { return form_->action; }
std::string_view Form::method() const { return form_->method; }
std::string_view Form::enctype() const { return form_->enctype; }

Pairs Form::submit_fields(std::string_view button, const SubmitChoice& choice) const {
  return as_pairs(form_->submission(button, {choice.index, choice.value}));
}

AppResponse Form::submit(std::string_view button, const SubmitChoice& choice, const AppOptions& options) const {
  std::vector<html::Part> parts = form_->submission(button, {choice.index, choice.value});
  AppOptions request = user::with_referer(options, page_);
  if (form_->method == "post" && form_->enctype == "multipart/form-data") {
    put_multipart(parts, request);
  } else {
    request.params = Data(as_pairs(std::move(parts)));
    if (form_->method == "post" && request.content_type.empty()) request.content_type = form_->enctype;
  }
  return page_.goto_(form_->action, form_->method, request);
}

html::Control Form::Field::control() const { return form_->control(name_, index_); }
std::string Form::Field::value() const { return control().value(); }
std::vector<std::string> Form::Field::values() const { return control().values(); }
bool Form::Field::checked() const { return control().checked(); }

Form::Field& Form::Field::operator=(std::string_view value) {
  control().set(value);
  return *this;
}

Form::Field& Form::Field::operator=(std::initializer_list<std::string_view> values) { return *this = as_strings(values); }

Form::Field& Form::Field::operator=(const std::vector<std::string>& values) {
  control().set_all(values);
  return *this;
}

Form::Field& Form::Field::operator=(Upload file) {
  control().upload(std::move(file));
  return *this;
}

Form::Field& Form::Field::check(bool checked) {
  control().check(checked);
  return *this;
}

void Form::Field::select_text(std::string_view text) { control().select_text({std::string(text)}); }
void Form::Field::select_multiple_texts(std::initializer_list<std::string_view> texts) { control().select_text(as_strings(texts)); }
void Form::Field::force_value(std::string_view value) { control().force(value); }

}  // namespace loads
