#include <zlib.h>

#include "examples/target/pages.h"

namespace loads::target {
namespace {

using std::to_string;

void redirect(const Request& request, const Numbers& number, Reply& reply) {
  const std::string location = number[0] == 0 ? "/" : "/redirect/" + to_string(number[0] - 1);
  write_answer(request, 302, "", reply, "Location: " + location + "\r\n");
}

// The same with any status: /redirect/307/2.
void redirect_with(const Request& request, const Numbers& number, Reply& reply) {
  if (number[0] < 300 || number[0] > 399) {
    return write_answer(request, 400, "a redirection is 300 to 399", reply);
  }
  const std::string left = number[1] == 0 ? "/" : "/redirect/" + to_string(number[0]) + "/" + to_string(number[1] - 1);
  write_answer(request, static_cast<int>(number[0]), "", reply, "Location: " + left + "\r\n");
}

void cookie(const Request& request, const Numbers&, Reply& reply) {
  write_answer(request, 200, request.cookie.empty() ? "none" : request.cookie, reply, "Set-Cookie: id=abc; Path=/\r\n");
}

// For user anna with the password "secret".
void basic(const Request& request, const Numbers&, Reply& reply) {
  if (request.authorization == "Basic YW5uYTpzZWNyZXQ=") {
    return write_answer(request, 200, "welcome anna", reply);
  }
  write_answer(request, 401, "who are you?", reply, "WWW-Authenticate: Basic realm=\"target\"\r\n");
}

std::string packed(std::size_t size) {
  std::string plain;
  append_filling(plain, size);
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void gzip(const Request& request, const Numbers& number, Reply& reply) {
  constexpr std::uint64_t kMost = 64 * 1024 * 1024;
  if (number[0] > kMost) {
    return write_answer(request, 400, "at most 64 MiB", reply);
  }
  write_answer(request, 200, packed(number[0]), reply, "Content-Encoding: gzip\r\n");
}

// What has come of a form with files: "2 files, 1234 bytes".
void upload(const Request& request, const Numbers&, Reply& reply) {
  constexpr std::string_view kFile = "; filename=";
  std::size_t files = 0;
  for (auto at = request.body.find(kFile); at != std::string::npos; at = request.body.find(kFile, at + 1)) {
    ++files;
  }
  write_answer(request, 200, to_string(files) + " files, " + to_string(request.body.size()) + " bytes", reply);
}

constexpr Page kPages[] = {
    {"redirect", 1, redirect}, {"redirect", 2, redirect_with}, {"cookie", 0, cookie}, {"basic", 0, basic},
    {"gzip", 1, gzip},         {"upload", 0, upload},
};

}  // namespace

std::span<const Page> session_pages() { return kPages; }

}  // namespace loads::target
