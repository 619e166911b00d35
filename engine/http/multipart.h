#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <loads/request_options.h>

#include "common/descriptor.h"
#include "engine/http/body.h"

namespace loads::http {

// One field of a form: a value, or a file with its content or the path of it. Views.
struct FormPart {
  std::string_view name;
  std::string_view value{};           // or the content of the file
  const std::string* path = nullptr;  // of a file on the disk
  bool is_file = false;
  std::string_view filename{};
  std::string_view type{};  // empty: none is named
};

// A form with files as multipart/form-data (RFC 7578), as Requests and browsers write it, its parts in the order given. Files on the
// disk are read in pieces while they are sent, one open at a time; reading a file holds the thread, but what is sent again and again comes
// out of the system's memory. What the parts see outlives it.
class Multipart final : public BodySource {
 public:
  Multipart(std::span<const FormPart> parts, std::string boundary);          // throws InvalidRequest when a file cannot be read
  Multipart(const Pairs& fields, const Files& files, std::string boundary);  // first the fields

  std::string content_type() const { return "multipart/form-data; boundary=" + boundary_; }
  std::uint64_t size() const override { return size_; }
  void rewind() override;
  std::size_t read(std::span<char> buffer) override;

 private:
  // Bytes in memory, or a file.
  struct Piece {
    std::string made;                   // what was written for it
    std::string_view given{};           // or what the test has given
    const std::string* path = nullptr;  // or a file
    std::uint64_t size = 0;
  };

  void add_head(const FormPart& part);
  void add_made(std::string text);
  void add_given(std::string_view bytes);
  void add_file(const std::string& path);
  std::size_t read_piece(const Piece& piece, std::span<char> buffer);
  std::size_t read_file(const Piece& piece, std::span<char> buffer);

  std::string boundary_;
  std::vector<Piece> pieces_;
  std::uint64_t size_ = 0;
  std::size_t next_ = 0;      // the piece that is being read
  std::uint64_t offset_ = 0;  // in it
  Descriptor file_;           // of it
};

// Nothing that a file may contain by chance.
std::string random_boundary();

}  // namespace loads::http
