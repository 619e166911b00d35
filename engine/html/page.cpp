#include "engine/html/page.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "engine/html/document.h"
#include "engine/html/node.h"
#include "engine/html/read_field.h"

namespace loads::html {
namespace {

constexpr std::size_t kLongestContent = 1024;

std::string in_lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// What an element knows of those that it stands in.
struct Surroundings {
  Form* form = nullptr;
  const GumboNode* table = nullptr;
  bool disabled = false;
};

// A walk over the tree, without recursion: it may be deep, and a fiber's stack is not.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Page read(const GumboNode& root) {
    left_.push_back({&root, {}});
    while (!left_.empty()) {
      const auto [node, around] = left_.back();
      left_.pop_back();
      if (node->type == GUMBO_NODE_ELEMENT) read_element(*node, around);
    }
    give_fields_to_forms();
    return std::move(page_);
  }

 private:
  // A field and the form that it belongs to, by its place or by name.
  struct FoundField {
    Field field;
    Form* form;
    std::optional<std::string> form_id;
  };

  void read_element(const GumboNode& node, Surroundings around) {
    switch (node.v.element.tag) {
      case GUMBO_TAG_FORM: around.form = &read_form(node, around.table); break;
      case GUMBO_TAG_TABLE: around.table = &node; break;
      case GUMBO_TAG_BASE:
        if (page_.base.empty()) page_.base = attribute_or(node, "href", "");
        break;
      case GUMBO_TAG_A: read_link(node); break;
      case GUMBO_TAG_BUTTON: read_link_button(node); break;
      default: break;
    }
    if (auto field = read_field(node)) take_field(std::move(*field), node, around);
    push_children(node, around);
  }

  void push_children(const GumboNode& node, Surroundings around) {
    const GumboVector& children = node.v.element.children;
    const bool fieldset_disabled = is_element(node, GUMBO_TAG_FIELDSET) && attribute(node, "disabled");
    const GumboNode* legend = fieldset_disabled ? first_legend(children) : nullptr;
    for (unsigned i = children.length; i-- > 0;) {
      const auto* child = static_cast<const GumboNode*>(children.data[i]);
      Surroundings of_child = around;
      // What stands in the legend of a fieldset is spared: it may be the checkbox that opens it.
      of_child.disabled = around.disabled || (fieldset_disabled && child != legend);
      left_.emplace_back(child, of_child);
    }
  }

  static const GumboNode* first_legend(const GumboVector& children) {
    for (unsigned i = 0; i < children.length; ++i) {
      const auto* child = static_cast<const GumboNode*>(children.data[i]);
      if (is_element(*child, GUMBO_TAG_LEGEND)) return child;
    }
    return nullptr;
  }

  Form& read_form(const GumboNode& node, const GumboNode* table) {
    Form& form = *page_.forms.emplace_back(std::make_unique<Form>());
    form.id = attribute_or(node, "id", "");
    form.action = attribute_or(node, "action", "");
    if (in_lower_case(attribute_or(node, "method", "get")) == "post") form.method = "post";
    form.enctype = in_lower_case(attribute_or(node, "enctype", form.enctype));
    // <table><form><tr>...: no element may stand there, so it is closed at once, and the fields in the rows are its own all the same.
    if (table != nullptr && node.v.element.children.length == 0) of_table_[table] = &form;
    return form;
  }

  void take_field(Field field, const GumboNode& node, const Surroundings& around) {
    if (around.disabled || attribute(node, "disabled")) return;
    Form* form = around.form;
    if (const auto found = of_table_.find(around.table); form == nullptr && found != of_table_.end()) form = found->second;
    fields_.push_back({std::move(field), form, attribute(node, "form")});
  }

  void read_link(const GumboNode& node) {
    std::string href = attribute_or(node, "href", "");
    if (is_followed(href)) page_.links.push_back({std::move(href), attribute_or(node, "id", ""), content(node)});
  }

  // <button onclick="location.href='/x'">
  void read_link_button(const GumboNode& node) {
    constexpr std::string_view kBefore = "location.href='";
    const std::string script = attribute_or(node, "onclick", "");
    const auto before = script.find(kBefore);
    if (before == std::string::npos) return;
    const auto begin = before + kBefore.size();
    const auto end = script.find('\'', begin);
    if (end == std::string::npos) return;
    std::string href = script.substr(begin, end - begin);
    if (is_followed(href)) page_.buttons.push_back({std::move(href), attribute_or(node, "id", ""), content(node)});
  }

  static bool is_followed(std::string_view href) { return !href.empty() && !href.starts_with('#') && !href.starts_with("javascript:"); }

  std::string_view content(const GumboNode& node) const { return content_of(node, text_).substr(0, kLongestContent); }

  // At the end: a field may name a form that comes later.
  void give_fields_to_forms() {
    std::map<std::string, Form*> named;
    for (const auto& form : page_.forms) named.emplace(form->id, form.get());
    for (FoundField& found : fields_) {
      const auto by_name = found.form_id ? named.find(*found.form_id) : named.end();
      Form* form = found.form_id ? (by_name == named.end() ? nullptr : by_name->second) : found.form;
      if (form != nullptr) form->fields.push_back(std::move(found.field));
    }
    for (const auto& form : page_.forms) check_one_of_a_group(*form);
  }

  // Of the radio buttons of a name the last one that is checked is.
  static void check_one_of_a_group(Form& form) {
    std::set<std::string_view> checked;
    for (auto field = form.fields.rbegin(); field != form.fields.rend(); ++field) {
      if (field->kind == Field::Kind::radio && field->checked) field->checked = checked.insert(field->name).second;
    }
  }

  std::string_view text_;
  Page page_;
  std::vector<std::pair<const GumboNode*, Surroundings>> left_;
  std::vector<FoundField> fields_;
  std::map<const GumboNode*, Form*> of_table_;
};

}  // namespace

Page read_page(std::string_view text) { return Reader(text).read(Document(text).root()); }

}  // namespace loads::html
