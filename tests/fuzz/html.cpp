// Any bytes are a page, or refused with PageError; and whatever forms there are can be submitted, and filled in with what they offer.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <loads/error.h>

#include "engine/html/document.h"
#include "engine/html/page.h"

namespace {

using loads::html::Field;
using loads::html::Form;

void require(bool holds) {
  if (!holds) std::abort();
}

void fill_in(Form& form, const Field& field) {
  try {
    loads::html::Control control = form.control(field.name);
    for (const auto& option : field.options) control.set(option.value);
    control.set(field.value);
  } catch (const loads::AppError&) {
  }
}

void check(Form& form) {
  require(form.method == "get" || form.method == "post");
  require(form.submission().size() <= form.fields.size() * 1000);
  const auto fields = form.fields;
  for (const Field& field : fields) {
    if (field.kind == Field::Kind::submit && !field.name.empty()) require(!form.submission(field.name).empty());
    fill_in(form, field);
  }
}

bool is_within(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const loads::html::Page page = loads::html::read_page(text);
    for (const auto& form : page.forms) check(*form);
    for (const auto& link : page.links) require(!link.href.empty() && is_within(link.content, text));
  } catch (const loads::html::PageError&) {
  }
  return 0;
}
