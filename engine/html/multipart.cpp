#include "engine/html/multipart.h"

#include <fstream>
#include <iterator>
#include <string_view>

#include <loads/error.h>

namespace loads::html {
namespace {

// Within quotes, as browsers write it.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "%22"; break;
      case '\r': out += "%0D"; break;
      case '\n': out += "%0A"; break;
      default: out += c;
    }
  }
  return out + '"';
}

std::string read(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.is_open() || stream.bad()) throw AppError("the file " + file + ", to be uploaded, cannot be read");
  return content;
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string head_of(const Part& part) {
  std::string head = "Content-Disposition: form-data; name=" + quoted(part.name);
  if (!part.upload) return head;
  const std::string& type = part.upload->content_type;
  if (type.find_first_of("\r\n") != std::string::npos) throw AppError("the content type of an upload has a line break in it");
  head += "; filename=" + quoted(base_name(part.upload->filename));
  return head + "\r\nContent-Type: " + (type.empty() ? "application/octet-stream" : type);
}

std::string content_of(const Part& part) {
  if (!part.upload) return part.value;
  return part.upload->content ? *part.upload->content : read(part.upload->filename);
}

// One that occurs in no part.
std::string boundary_for(const std::vector<std::string>& contents) {
  const auto occurs = [&](const std::string& boundary) {
    for (const std::string& content : contents) {
      if (content.find(boundary) != std::string::npos) return true;
    }
    return false;
  };
  std::string boundary;
  std::uint64_t number = 0;
  do boundary = "----------------loads-form-" + std::to_string(number++);
  while (occurs(boundary));
  return boundary;
}

}  // namespace

Multipart make_multipart(const std::vector<Part>& parts) {
  std::vector<std::string> contents;
  for (const Part& part : parts) contents.push_back(content_of(part));
  const std::string boundary = boundary_for(contents);
  std::string body;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    body += "--" + boundary + "\r\n" + head_of(parts[i]) + "\r\n\r\n" + contents[i] + "\r\n";
  }
  return {"multipart/form-data; boundary=" + boundary, body + "--" + boundary + "--\r\n"};
}

}  // namespace loads::html
