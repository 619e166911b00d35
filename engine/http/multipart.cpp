#include "engine/http/multipart.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <random>

#include <loads/error.h>

namespace loads::http {
namespace {

// A name within quotes, as HTML's forms write it.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "%22"; break;
      case '\r': out += "%0D"; break;
      case '\n': out += "%0A"; break;
      default: out += c;
    }
  }
  out += '"';
}

[[noreturn]] void throw_unreadable(const std::string& path, const std::string& why) {
  throw InvalidRequest("the file " + path + " cannot be sent: " + why);
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view filename_of(const File& file) {
  if (!file.filename.empty()) return file.filename;
  return file.path.empty() ? std::string_view(file.name) : base_name(file.path);
}

std::vector<FormPart> parts_of(const Pairs& fields, const Files& files) {
  std::vector<FormPart> parts;
  for (const auto& [name, value] : fields) parts.push_back({.name = name, .value = value});
  for (const File& file : files) {
    parts.push_back({.name = file.name,
                     .value = file.content,
                     .path = file.path.empty() ? nullptr : &file.path,
                     .is_file = true,
                     .filename = filename_of(file),
                     .type = file.type});
  }
  return parts;
}

}  // namespace

Multipart::Multipart(const Pairs& fields, const Files& files, std::string boundary)
    : Multipart(parts_of(fields, files), std::move(boundary)) {}

Multipart::Multipart(std::span<const FormPart> parts, std::string boundary) : boundary_(std::move(boundary)) {
  for (const FormPart& part : parts) {
    add_head(part);
    part.path == nullptr ? add_given(part.value) : add_file(*part.path);
  }
  add_made("\r\n--" + boundary_ + "--\r\n");
}

void Multipart::add_head(const FormPart& part) {
  if (part.type.find_first_of("\r\n") != std::string_view::npos) throw InvalidRequest("the type of a file contains a line break");
  std::string text = pieces_.empty() ? "--" : "\r\n--";
  text += boundary_ + "\r\nContent-Disposition: form-data; name=";
  append_quoted(text, part.name);
  if (part.is_file) {
    text += "; filename=";
    append_quoted(text, part.filename);
  }
  if (!part.type.empty()) text.append("\r\nContent-Type: ").append(part.type);
  add_made(text + "\r\n\r\n");
}

void Multipart::add_made(std::string text) {
  const std::uint64_t size = text.size();
  pieces_.push_back({.made = std::move(text), .size = size});
  size_ += size;
}

void Multipart::add_given(std::string_view bytes) {
  pieces_.push_back({.made = {}, .given = bytes, .size = bytes.size()});
  size_ += bytes.size();
}

void Multipart::add_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw_unreadable(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) throw_unreadable(path, "it is no regular file");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  pieces_.push_back({.made = {}, .path = &path, .size = size});
  size_ += size;
}

void Multipart::rewind() {
  next_ = 0;
  offset_ = 0;
  file_.reset();
}

std::size_t Multipart::read(std::span<char> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size() && next_ < pieces_.size()) {
    const Piece& piece = pieces_[next_];
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size() - filled, piece.size - offset_));
    const std::size_t got = size == 0 ? 0 : read_piece(piece, buffer.subspan(filled, size));
    filled += got;
    offset_ += got;
    if (offset_ < piece.size) continue;
    ++next_;
    offset_ = 0;
    file_.reset();
  }
  return filled;
}

std::size_t Multipart::read_piece(const Piece& piece, std::span<char> buffer) {
  if (piece.path != nullptr) return read_file(piece, buffer);
  const std::string_view bytes = piece.made.empty() ? piece.given : std::string_view(piece.made);
  std::memcpy(buffer.data(), bytes.data() + offset_, buffer.size());
  return buffer.size();
}

std::size_t Multipart::read_file(const Piece& piece, std::span<char> buffer) {
  if (!file_.is_open()) file_ = Descriptor(::open(piece.path->c_str(), O_RDONLY | O_CLOEXEC));
  if (!file_.is_open()) throw_unreadable(*piece.path, std::strerror(errno));
  const ssize_t got = ::pread(file_.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset_));
  if (got < 0) throw_unreadable(*piece.path, std::strerror(errno));
  if (got == 0) throw_unreadable(*piece.path, "it has become shorter");
  return static_cast<std::size_t>(got);
}

std::string random_boundary() {
  static thread_local std::mt19937_64 random(std::random_device{}());
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(32, '0');
  for (char& c : out) c = kDigits[random() & 15U];
  return out;
}

}  // namespace loads::http
