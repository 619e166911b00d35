#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace loads::http2 {

// The head of a request as HTTP/2 has it (RFC 9113, 8.3): the pseudo fields first, names in lower case, and nothing that speaks of the
// connection. It is made of the text that HTTP/1.1 would send, so that both versions ask for the same. A value; its memory is kept when it
// is assigned again.
class Head {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  // `request` begins with a request line and header lines, and may go on behind the empty line that ends them.
  void assign(std::string_view request, std::string_view scheme);

  std::size_t size() const { return pieces_.size(); }
  Field field(std::size_t index) const;
  std::string_view method() const { return field(0).value; }

 private:
  struct Piece {
    std::uint32_t name_size = 0;
    std::uint32_t value_size = 0;
    std::uint32_t begin = 0;  // in text_, where the value follows the name
  };

  void add(std::string_view name, std::string_view value);

  std::string text_;
  std::vector<Piece> pieces_;
};

}  // namespace loads::http2
