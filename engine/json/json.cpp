#include <loads/json.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

#include "engine/json/nesting.h"

namespace loads {

namespace {

using Value = nlohmann::json;

constexpr std::size_t kDeepest = 128;       // the library writes, compares and copies by recursion, on the small stack of a fiber
constexpr std::size_t kLongestQuote = 120;  // bytes of a value that a message shows

std::string shortened(std::string text) {
  if (text.size() <= kLongestQuote) return text;
  return text.substr(0, kLongestQuote) + "...";
}

std::string dump_value(const Value& value, int indent = -1) {
  // What is no UTF-8 is written with replacement characters: better than no message at all.
  return value.dump(indent, ' ', false, Value::error_handler_t::replace);
}

// Without the library's "[json.exception.parse_error.101] ".
std::string reason_of(const std::exception& error) {
  const std::string_view text = error.what();
  const auto end = text.find("] ");
  return std::string(end == std::string_view::npos ? text : text.substr(end + 2));
}

}  // namespace

// The library's values inside of handles.
struct JsonAccess {
  static const Value& value(const Json& json) {
    static const Value kNull;
    return json.value_ ? *static_cast<const Value*>(json.value_.get()) : kNull;
  }
  static Json make(Value value) {
    Json json;
    json.value_ = std::make_shared<Value>(std::move(value));
    return json;
  }
  static Json part(const Json& whole, const Value& value) {
    Json json;
    json.value_ = std::shared_ptr<const void>(whole.value_, &value);
    return json;
  }
  // A value of its own: nobody else sees it change.
  static Value& own(Json& json) {
    auto copy = std::make_shared<Value>(value(json));
    Value& own = *copy;
    json.value_ = std::move(copy);
    return own;
  }
};

namespace {

const Value& value_of(const Json& json) { return JsonAccess::value(json); }

}  // namespace

JsonError::~JsonError() = default;

Json::Json(const char* text) : Json(JsonAccess::make(text)) {}
Json::Json(std::string_view text) : Json(JsonAccess::make(text)) {}
Json::Json(const std::string& text) : Json(JsonAccess::make(text)) {}
Json Json::of(bool value) { return JsonAccess::make(value); }
Json Json::of(double value) { return JsonAccess::make(value); }
Json Json::of(std::int64_t value) { return JsonAccess::make(value); }
Json Json::of(std::uint64_t value) { return JsonAccess::make(value); }

Json::Json(std::initializer_list<Member> members) {
  Value object = Value::object();
  for (const auto& [name, value] : members) object[name] = value_of(value);
  *this = JsonAccess::make(std::move(object));
}

Json Json::object(const std::vector<Member>& members) {
  Value object = Value::object();
  for (const auto& [name, value] : members) object[name] = value_of(value);
  return JsonAccess::make(std::move(object));
}

Json Json::array(std::initializer_list<Json> elements) { return array(std::vector<Json>(elements)); }

Json Json::array(const std::vector<Json>& elements) {
  Value array = Value::array();
  for (const Json& element : elements) array.push_back(value_of(element));
  return JsonAccess::make(std::move(array));
}

Json Json::parse(std::string_view text) {
  if (json_text::nesting(text) > kDeepest)
    throw JsonError("JSON that is nested more than " + std::to_string(kDeepest) + " deep is not read");
  try {
    return JsonAccess::make(Value::parse(text.begin(), text.end()));
  } catch (const Value::exception& error) {
    throw JsonError("not JSON: " + reason_of(error) + ", in: " + shortened(std::string(text.substr(0, kLongestQuote + 1))));
  }
}

std::string Json::dump(int indent) const { return dump_value(value_of(*this), indent); }

Json::Kind Json::kind() const {
  switch (value_of(*this).type()) {
    case Value::value_t::boolean: return Kind::boolean;
    case Value::value_t::number_integer:
    case Value::value_t::number_unsigned: return Kind::integer;
    case Value::value_t::number_float: return Kind::real;
    case Value::value_t::string: return Kind::string;
    case Value::value_t::array: return Kind::array;
    case Value::value_t::object: return Kind::object;
    default: return Kind::null;
  }
}

void Json::refuse(std::string_view wanted) const { throw JsonError("not " + std::string(wanted) + ": " + shortened(dump())); }

Json Json::operator[](std::string_view name) const {
  const Value& value = value_of(*this);
  if (!value.is_object()) refuse("an object with \"" + std::string(name) + "\"");
  const auto found = value.find(name);
  if (found == value.end()) throw JsonError("no \"" + std::string(name) + "\" in " + shortened(dump()));
  return JsonAccess::part(*this, *found);
}

Json Json::element(std::size_t index) const {
  const Value& value = value_of(*this);
  if (!value.is_array()) refuse("an array");
  if (index >= value.size()) throw JsonError("no such element, there are " + std::to_string(value.size()) + ": " + shortened(dump()));
  return JsonAccess::part(*this, value[index]);
}

Json Json::get(std::string_view name, const Json& otherwise) const { return contains(name) ? (*this)[name] : otherwise; }

bool Json::contains(std::string_view name) const {
  const Value& value = value_of(*this);
  return value.is_object() && value.contains(name);
}

std::size_t Json::size() const { return is_array() || is_object() ? value_of(*this).size() : 0; }

bool Json::to_bool() const {
  if (!is_bool()) refuse("true or false");
  return value_of(*this).get<bool>();
}

double Json::to_double() const {
  if (!is_number()) refuse("a number");
  return value_of(*this).get<double>();
}

bool Json::is_negative() const {
  const Value& value = value_of(*this);
  return value.is_number_integer() && !value.is_number_unsigned() && value.get<std::int64_t>() < 0;
}

std::int64_t Json::to_signed() const { return value_of(*this).get<std::int64_t>(); }

std::uint64_t Json::to_unsigned() const {
  if (!is_integer()) refuse("an integer");
  return value_of(*this).get<std::uint64_t>();
}

std::string_view Json::to_text() const {
  if (!is_string()) refuse("a string");
  return value_of(*this).get_ref<const std::string&>();
}

Json::Iterator Json::begin() const {
  if (!is_array()) refuse("an array");
  return {*this, 0};
}

Json::Iterator Json::end() const { return {*this, size()}; }

std::vector<Json::Member> Json::items() const {
  const Value& value = value_of(*this);
  if (!value.is_object()) refuse("an object");
  std::vector<Member> out;
  for (auto member = value.begin(); member != value.end(); ++member) out.emplace_back(member.key(), JsonAccess::part(*this, *member));
  return out;
}

Json& Json::set(std::string_view name, const Json& value) {
  if (!is_null() && !is_object()) refuse("an object");
  Value member = value_of(value);  // before this changes, which it may be
  JsonAccess::own(*this)[std::string(name)] = std::move(member);
  return *this;
}

Json& Json::append(const Json& element) {
  if (!is_null() && !is_array()) refuse("an array");
  Value last = value_of(element);
  JsonAccess::own(*this).push_back(std::move(last));
  return *this;
}

bool operator==(const Json& a, const Json& b) { return value_of(a) == value_of(b); }

std::ostream& operator<<(std::ostream& out, const Json& json) { return out << json.dump(); }

void PrintTo(const Json& json, std::ostream* out) { *out << json; }

}  // namespace loads
