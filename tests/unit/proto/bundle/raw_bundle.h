#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loads::bundle {

// Bytes of a bundle put together by hand, so that they can be wrong in every way.
class RawBundle {
 public:
  explicit RawBundle(std::uint32_t count, std::uint32_t version = 1, std::string_view magic = "LOADSBND") {
    bytes_.assign(magic.begin(), magic.end());
    number(version, 4);
    number(count, 4);
  }

  RawBundle& file(std::string_view path, std::string_view contents = "x", std::uint8_t mode = 0) {
    return claim(path.size(), path, mode, contents.size(), contents);
  }

  RawBundle& claim(std::uint64_t path_size, std::string_view path, std::uint8_t mode, std::uint64_t size, std::string_view contents) {
    number(path_size, 2);
    number(mode, 1);
    number(size, 8);
    return raw(path).raw(contents);
  }

  RawBundle& raw(std::string_view text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  void number(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }

  std::vector<std::uint8_t> bytes_;
};

inline std::vector<std::uint8_t> bundle_of(std::string_view path) { return RawBundle(1).file(path).bytes(); }

struct HostileCase {
  const char* what;
  std::vector<std::uint8_t> bytes;
  const char* error;  // that it has to have in its error
};

// Bundles that nobody must be harmed by.
inline std::vector<HostileCase> hostile_cases() {
  using std::string;
  using namespace std::string_view_literals;
  string deep;
  for (int i = 0; i < 32; ++i) deep += "d/";
  const string long_path = string(250, 'a') + "/" + string(250, 'b') + "/" + string(11, 'c');
  return {
      {"nothing", {}, "does not begin as one"},
      {"half a magic", {'L', 'O', 'A', 'D'}, "does not begin as one"},
      {"another magic", RawBundle(0, 1, "LOADSBNE").bytes(), "does not begin as one"},
      {"a tar", RawBundle(0, 1, "example.").bytes(), "does not begin as one"},
      {"a magic alone", {'L', 'O', 'A', 'D', 'S', 'B', 'N', 'D'}, "cut short"},
      {"version 0", RawBundle(0, 0).bytes(), "version 0"},
      {"version 2", RawBundle(0, 2).bytes(), "version 2"},
      {"a version of the other byte order", RawBundle(0, 0x01000000).bytes(), "version 16777216"},
      {"more files than there are", RawBundle(2).file("a").bytes(), "cut short"},
      {"10,001 files", RawBundle(10001).bytes(), "10001 files"},
      {"4,294,967,295 files", RawBundle(0xffffffff).bytes(), "4294967295 files"},
      {"fewer files than there are", RawBundle(1).file("a").file("b").bytes(), "follow its last file"},
      {"no file, and bytes", RawBundle(0).raw("x").bytes(), "1 bytes follow"},
      {"a byte too many", RawBundle(1).file("a").raw("x").bytes(), "1 bytes follow"},
      {"a NUL too many", RawBundle(1).file("a").raw("\0"sv).bytes(), "1 bytes follow"},
      {"two bundles", RawBundle(0).raw("LOADSBND").bytes(), "8 bytes follow"},
      {"a size of 2^63", RawBundle(1).claim(1, "a", 0, 1ULL << 63, "x").bytes(), "cut short"},
      {"a size of 2^64 - 1", RawBundle(1).claim(1, "a", 0, ~0ULL, "x").bytes(), "cut short"},
      {"a size that wraps around", RawBundle(1).claim(1, "a", 0, ~0ULL - 11, "x").bytes(), "cut short"},
      {"a size one too large", RawBundle(1).claim(1, "a", 0, 2, "x").bytes(), "cut short"},
      {"a size one too small", RawBundle(1).claim(1, "a", 0, 0, "x").bytes(), "1 bytes follow"},
      {"a path longer than the bundle", RawBundle(1).claim(65535, "a", 0, 0, "x").bytes(), "cut short"},
      {"an empty path", bundle_of(""), "it is empty"},
      {"an absolute path", bundle_of("/etc/passwd"), "it is absolute"},
      {"the root", bundle_of("/"), "it is absolute"},
      {"two slashes", bundle_of("//etc"), "it is absolute"},
      {"the folder above", bundle_of(".."), "leads out"},
      {"a file above", bundle_of("../x"), "leads out"},
      {"far above", bundle_of("../../../../../../etc/x"), "leads out"},
      {"down and up", bundle_of("a/../../x"), "leads out"},
      {"down and up to itself", bundle_of("a/../x"), "leads out"},
      {"up at the end", bundle_of("a/.."), "leads out"},
      {"up and a slash", bundle_of("../"), "leads out"},
      {"the folder itself", bundle_of("."), "component \".\""},
      {"a dot in front", bundle_of("./x"), "component \".\""},
      {"a dot between", bundle_of("a/./x"), "component \".\""},
      {"a dot at the end", bundle_of("a/."), "component \".\""},
      {"an empty component", bundle_of("a//x"), "empty component"},
      {"a slash at the end", bundle_of("a/"), "empty component"},
      {"a NUL", bundle_of("a\0b"sv), "NUL"},
      {"a NUL alone", bundle_of("\0"sv), "NUL"},
      {"a NUL that hides the way up", bundle_of("..\0/x"sv), "NUL"},
      {"a path of 513 bytes", bundle_of(long_path), "512 bytes"},
      {"a name of 256 bytes", bundle_of(string(256, 'n')), "255 bytes"},
      {"33 components", bundle_of(deep + "f"), "32 components"},
      {"a file twice", RawBundle(2).file("a").file("a").bytes(), "there twice"},
      {"the wrong order", RawBundle(2).file("b").file("a").bytes(), "order"},
      {"signed order", RawBundle(2).file("\xff").file("a").bytes(), "order"},
      {"twice, with one between", RawBundle(3).file("a").file("b").file("a").bytes(), "order"},
      {"a file that is a folder", RawBundle(2).file("a").file("a/b").bytes(), "a file and a folder"},
      {"the same, with one between", RawBundle(3).file("a").file("a-b").file("a/b").bytes(), "a file and a folder"},
      {"a folder deep down that is a file", RawBundle(2).file("a/b").file("a/b/c/d").bytes(), "a file and a folder"},
      {"mode 2", RawBundle(1).file("a", "x", 2).bytes(), "neither 0 nor 1"},
      {"set-user-id", RawBundle(1).file("a", "x", 0xff).bytes(), "neither 0 nor 1"},
      {"a bad second file", RawBundle(2).file("a").file("b/../../c").bytes(), "leads out"},
  };
}

}  // namespace loads::bundle
