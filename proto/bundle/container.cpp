#include "proto/bundle/container.h"

#include <algorithm>
#include <concepts>
#include <optional>

#include "proto/bundle/bundle_path.h"
#include "proto/bundle/limits.h"

namespace loads::bundle {
namespace {

constexpr std::string_view kMagic = "LOADSBND";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kFileHead = 2 + 1 + 8;

std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Takes from the front, never more than there is.
class Cursor {
 public:
  explicit Cursor(Bytes bytes) : rest_(bytes) {}

  std::size_t left() const { return rest_.size(); }

  std::optional<Bytes> take(std::uint64_t size) {
    if (size > rest_.size()) return std::nullopt;
    const Bytes taken = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

  template <std::unsigned_integral T>
  std::optional<T> number() {
    const auto bytes = take(sizeof(T));
    if (!bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) value = value << 8U | (*bytes)[i];
    return static_cast<T>(value);
  }

 private:
  Bytes rest_;
};

class Decoder {
 public:
  explicit Decoder(Bytes bytes) : cursor_(bytes) {}

  Container run() {
    if (cursor_.left() > kMaxPacked) return refuse("it is larger than 64 MiB");
    const auto magic = cursor_.take(kMagic.size());
    if (!magic || text_of(*magic) != kMagic) return refuse("it does not begin as one");
    const auto version = cursor_.number<std::uint32_t>();
    if (!version) return refuse(kCutShort);
    if (*version != kVersion) return refuse("it has version " + std::to_string(*version) + " of the format; version 1 is known here");
    const auto count = cursor_.number<std::uint32_t>();
    if (!count) return refuse(kCutShort);
    return read_files(*count);
  }

 private:
  static constexpr const char* kCutShort = "it is cut short";

  static Container refuse(const std::string& why) { return {{}, "this is no bundle: " + why}; }
  static Container refuse(std::string_view path, std::string_view why) {
    return refuse("the path \"" + std::string(path) + "\" cannot be used: " + std::string(why));
  }

  Container read_files(std::uint32_t count) {
    if (count > kMaxFiles) return refuse("it has " + std::to_string(count) + " files; 10000 are allowed");
    if (count > cursor_.left() / kFileHead) return refuse(kCutShort);
    container_.items.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!read_file()) return std::move(container_);
    }
    if (cursor_.left() != 0) return refuse(std::to_string(cursor_.left()) + " bytes follow its last file");
    return check_folders();
  }

  bool read_file() {
    const auto path_size = cursor_.number<std::uint16_t>();
    const auto executable = cursor_.number<std::uint8_t>();
    const auto size = cursor_.number<std::uint64_t>();
    const auto path = cursor_.take(path_size.value_or(0));
    if (!path_size || !executable || !size || !path) return fail(refuse(kCutShort));
    const std::string_view name = text_of(*path);
    if (const auto trouble = path_trouble(name); !trouble.empty()) return fail(refuse(name, trouble));
    if (*executable > 1) return fail(refuse(name, "its mode is neither 0 nor 1"));
    const auto contents = cursor_.take(*size);
    if (!contents) return fail(refuse(kCutShort));
    return add({name, *executable == 1, *contents});
  }

  bool add(const Item& item) {
    if (!container_.items.empty() && item.path <= container_.items.back().path) {
      return fail(
          refuse(item.path, item.path == container_.items.back().path ? "it is there twice" : "it is not in its place in the order"));
    }
    container_.items.push_back(item);
    return true;
  }

  bool fail(Container refused) {
    container_ = std::move(refused);
    return false;
  }

  Container check_folders() {
    std::vector<std::string_view> paths;
    paths.reserve(container_.items.size());
    for (const Item& item : container_.items) paths.push_back(item.path);
    if (const auto path = file_that_is_a_folder(paths); !path.empty()) return refuse(path, "it is a file and a folder");
    return std::move(container_);
  }

  Cursor cursor_;
  Container container_;
};

template <std::unsigned_integral T>
void append(std::vector<std::uint8_t>& bytes, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes.push_back(static_cast<std::uint8_t>(std::uint64_t{value} >> (8 * i)));
}

}  // namespace

Container decode(Bytes bytes) { return Decoder(bytes).run(); }

ContainerWriter::ContainerWriter(std::uint32_t count) {
  bytes_.assign(kMagic.begin(), kMagic.end());
  append(bytes_, kVersion);
  append(bytes_, count);
}

std::size_t ContainerWriter::size_of(const Item& item) { return kFileHead + item.path.size() + item.contents.size(); }

void ContainerWriter::add(const Item& item) {
  append(bytes_, static_cast<std::uint16_t>(item.path.size()));
  append(bytes_, std::uint8_t{item.executable});
  append(bytes_, std::uint64_t{item.contents.size()});
  bytes_.insert(bytes_.end(), item.path.begin(), item.path.end());
  bytes_.insert(bytes_.end(), item.contents.begin(), item.contents.end());
}

}  // namespace loads::bundle
