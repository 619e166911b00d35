#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <loads/export.h>

namespace loads {

// Text that is no JSON, or a value that is not what the test takes it for: the message has the value, or where the text went wrong.
class LOADS_API JsonError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~JsonError() override;
};

// A JSON value, read from an answer or made for a request. A cheap handle: a copy, and a part of a document (json["a"][0]), share the
// document, which nobody changes under them. Comparing, printing and GoogleTest's matchers work with plain C++ values:
//
//   EXPECT_EQ(answer.json()["ok"], true);
//   EXPECT_THAT(answer.json()["tags"], testing::ElementsAre("a", "b"));
//   session.post("/search", {.json = {{"q", "loads"}, {"page", 3}, {"tags", loads::Json::array({"a", "b"})}}});
class LOADS_API Json {
 public:
  using Member = std::pair<std::string, Json>;

  Json() = default;                             // null
  Json(std::nullptr_t) {}                       // NOLINT(google-explicit-constructor)
  Json(const char* text);                       // NOLINT(google-explicit-constructor)
  Json(std::string_view text);                  // NOLINT(google-explicit-constructor)
  Json(const std::string& text);                // NOLINT(google-explicit-constructor)
  Json(std::initializer_list<Member> members);  // an object; of two members with one name the last counts
  template <typename T>
  requires std::is_arithmetic_v<T> Json(T value) : Json(from_number(value)) {}  // NOLINT(google-explicit-constructor)

  static Json array(std::initializer_list<Json> elements);
  static Json array(const std::vector<Json>& elements);
  static Json object(const std::vector<Member>& members);

  // Throws JsonError, with line and column, when `text` is no JSON, and when it is nested more than 128 deep.
  static Json parse(std::string_view text);
  // Compact, or with `indent` spaces for each level. The members of an object come in the order of their names.
  std::string dump(int indent = -1) const;

  bool is_null() const { return kind() == Kind::null; }
  bool is_bool() const { return kind() == Kind::boolean; }
  bool is_number() const { return kind() == Kind::integer || kind() == Kind::real; }
  bool is_integer() const { return kind() == Kind::integer; }
  bool is_string() const { return kind() == Kind::string; }
  bool is_array() const { return kind() == Kind::array; }
  bool is_object() const { return kind() == Kind::object; }

  // A member or an element; throws JsonError when there is none.
  Json operator[](std::string_view name) const;
  Json operator[](const char* name) const { return (*this)[std::string_view(name)]; }
  template <std::integral Index>
  Json operator[](Index index) const {
    return element(std::in_range<std::size_t>(index) ? static_cast<std::size_t>(index) : SIZE_MAX);
  }
  Json get(std::string_view name, const Json& otherwise = {}) const;  // a member, or what is to be had in its place
  bool contains(std::string_view name) const;                         // as a member of this object
  std::size_t size() const;                                           // of an array or object; 0 of everything else
  bool empty() const { return size() == 0; }

  // As a C++ value: bool, a number, std::string, std::string_view (valid as long as a handle to the document is), or a std::vector of
  // these. Throws JsonError when the value is of another kind, or a number does not fit.
  template <typename T>
  T as() const;
  explicit operator bool() const { return as<bool>(); }
  explicit operator std::string() const { return as<std::string>(); }

  // The elements of an array.
  class Iterator;
  using value_type = Json;
  using const_reference = Json;
  using size_type = std::size_t;
  using iterator = Iterator;
  using const_iterator = Iterator;
  Iterator begin() const;
  Iterator end() const;
  // The members of an object, ordered by name.
  std::vector<Member> items() const;

  // For building step by step. What shares the document does not see it.
  Json& set(std::string_view name, const Json& value);  // a member of this object; of null it makes one
  Json& append(const Json& element);                    // to this array; of null it makes one

  LOADS_API friend bool operator==(const Json& a, const Json& b);
  LOADS_API friend std::ostream& operator<<(std::ostream& out, const Json& json);
  LOADS_API friend void PrintTo(const Json& json, std::ostream* out);  // for GoogleTest

 private:
  friend struct JsonAccess;
  enum class Kind : std::uint8_t { null, boolean, integer, real, string, array, object };

  template <typename T>
  static Json from_number(T value) {
    if constexpr (std::same_as<T, bool>) {
      return of(value);
    } else if constexpr (std::floating_point<T>) {
      return of(static_cast<double>(value));
    } else if constexpr (std::signed_integral<T>) {
      return of(static_cast<std::int64_t>(value));
    } else {
      return of(static_cast<std::uint64_t>(value));
    }
  }
  static Json of(bool value);
  static Json of(double value);
  static Json of(std::int64_t value);
  static Json of(std::uint64_t value);

  Kind kind() const;
  Json element(std::size_t index) const;
  bool to_bool() const;
  double to_double() const;
  bool is_negative() const;
  std::int64_t to_signed() const;
  std::uint64_t to_unsigned() const;
  std::string_view to_text() const;
  [[noreturn]] void refuse(std::string_view wanted) const;

  template <typename T>
  T to_integer() const {
    if (is_negative()) {
      const std::int64_t value = to_signed();
      if (std::in_range<T>(value)) return static_cast<T>(value);
    } else if (const std::uint64_t value = to_unsigned(); std::in_range<T>(value)) {
      return static_cast<T>(value);
    }
    refuse("an integer of that size");
  }

  std::shared_ptr<const void> value_;  // of the library that is behind this; null: null
};

class Json::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = Json;
  using difference_type = std::ptrdiff_t;
  using pointer = const Json*;
  using reference = Json;

  Iterator() = default;
  Iterator(const Json& array, std::size_t index) : array_(array), index_(index) {}
  Json operator*() const { return array_[index_]; }
  Iterator& operator++() {
    ++index_;
    return *this;
  }
  Iterator operator++(int) {
    Iterator before = *this;
    ++index_;
    return before;
  }
  bool operator==(const Iterator& other) const { return index_ == other.index_; }

 private:
  Json array_;
  std::size_t index_ = 0;
};

namespace detail {
template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};
}  // namespace detail

template <typename T>
T Json::as() const {
  if constexpr (std::same_as<T, bool>) {
    return to_bool();
  } else if constexpr (std::integral<T>) {
    return to_integer<T>();
  } else if constexpr (std::floating_point<T>) {
    return static_cast<T>(to_double());
  } else if constexpr (std::same_as<T, std::string> || std::same_as<T, std::string_view>) {
    return T(to_text());
  } else {
    static_assert(detail::IsVector<T>::value, "Json::as<T>() gives bool, numbers, std::string, std::string_view and vectors of these");
    T out;
    for (const Json& element : *this) out.push_back(element.template as<typename T::value_type>());
    return out;
  }
}

}  // namespace loads
