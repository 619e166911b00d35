#include "engine/http/multipart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <loads/error.h>

#include "support/client_harness.h"
#include "support/scripted_server.h"
#include "support/temporary_folder.h"

namespace loads::http {
namespace {

using support::message_of;
using support::Peer;
using testing::HasSubstr;

std::string read_all(BodySource& source, std::size_t at_once) {
  std::string out;
  std::vector<char> buffer(at_once);
  while (const std::size_t size = source.read(buffer)) out.append(buffer.data(), size);
  return out;
}

class MultipartForm : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& content) { return folder_.write(name, content); }

  TemporaryFolder folder_;
};

TEST_F(MultipartForm, IsWrittenAsRequestsDoes) {
  const Pairs fields{{"user", "anna"}};
  const Files files{{.name = "report", .path = file("report.csv", "a,b\n"), .type = "text/csv"}, {.name = "note", .content = "hi"}};
  Multipart form(fields, files, "BOUNDARY");
  const std::string expected =
      "--BOUNDARY\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\nanna\r\n"
      "--BOUNDARY\r\nContent-Disposition: form-data; name=\"report\"; filename=\"report.csv\"\r\nContent-Type: text/csv\r\n\r\na,b\n\r\n"
      "--BOUNDARY\r\nContent-Disposition: form-data; name=\"note\"; filename=\"note\"\r\n\r\nhi\r\n"
      "--BOUNDARY--\r\n";
  EXPECT_EQ(form.content_type(), "multipart/form-data; boundary=BOUNDARY");
  EXPECT_EQ(form.size(), expected.size());
  EXPECT_EQ(read_all(form, 1000), expected);
  EXPECT_EQ(read_all(form, 1000), "");
  for (const std::size_t at_once : {1, 7, 64}) {
    form.rewind();
    EXPECT_EQ(read_all(form, at_once), expected);
  }
}

TEST_F(MultipartForm, EscapesItsNames) {
  const Files files{{.name = "a\"b", .content = "", .filename = "x\r\ny\".txt"}};
  Multipart form({}, files, "B");
  EXPECT_EQ(read_all(form, 1000),
            "--B\r\nContent-Disposition: form-data; name=\"a%22b\"; filename=\"x%0D%0Ay%22.txt\"\r\n\r\n\r\n--B--\r\n");
  EXPECT_THROW(Multipart({}, {{.name = "a", .content = "", .type = "x\r\ny"}}, "B"), InvalidRequest);
}

TEST_F(MultipartForm, SaysWhichFileCannotBeRead) {
  const std::string missing = folder_.path() / "missing";
  const std::string folder = folder_.path();
  EXPECT_EQ(message_of<InvalidRequest>([&] { Multipart({}, {{.name = "a", .path = missing}}, "B"); }),
            "the file " + missing + " cannot be sent: No such file or directory");
  EXPECT_EQ(message_of<InvalidRequest>([&] { Multipart({}, {{.name = "a", .path = folder}}, "B"); }),
            "the file " + folder + " cannot be sent: it is no regular file");
}

TEST_F(MultipartForm, NoticesThatAFileHasBecomeShorter) {
  const Files files{{.name = "a", .path = file("shrinks", "four")}};
  Multipart form({}, files, "B");
  file("shrinks", "2");
  EXPECT_THAT(message_of<InvalidRequest>([&] { read_all(form, 10); }), HasSubstr("it has become shorter"));
  file("shrinks", "longer");
  form.rewind();
  EXPECT_EQ(read_all(form, 1000).size(), form.size()) << "what was announced is what is sent";
}

TEST_F(MultipartForm, BoundariesDiffer) {
  EXPECT_EQ(random_boundary().size(), 32U);
  EXPECT_NE(random_boundary(), random_boundary());
}

TEST_F(MultipartForm, ALargeFileIsSentInPieces) {
  std::string content(3'000'000, 'x');
  content[1'500'000] = 'y';
  const std::string path = file("large", content);
  std::string received;
  support::ScriptedServer server([&](Peer& peer) {
    received = peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    peer.read_request();
  });
  support::ClientHarness harness;
  harness.run([&](Client& client) { support::request(client, "POST", server.url(), {.files = {{.name = "f", .path = path}}}); });
  EXPECT_THAT(received, HasSubstr("Content-Type: multipart/form-data; boundary="));
  EXPECT_TRUE(received.find("\r\n\r\n" + content + "\r\n--") != std::string::npos);
}

TEST_F(MultipartForm, AFileThatShrinksWhileItIsSentEndsTheRequest) {
  const std::string path = file("shrinks", std::string(1'000'000, 'x'));
  support::ScriptedServer server([&](Peer& peer) {
    peer.read_head();
    file("shrinks", "");
    while (true) peer.read(1);
  });
  support::ClientHarness harness;
  Files files{{.name = "first", .content = std::string(8'000'000, 'x')}, {.name = "f", .path = path}};
  harness.run([&](Client& client) {
    EXPECT_THROW(support::request(client, "POST", server.url(), {.files = files}), InvalidRequest);
    EXPECT_EQ(harness.stats("POST /").answered, 0U);
  });
}

TEST_F(MultipartForm, HasNoOtherBodyBesideIt) {
  support::ClientHarness harness;
  const Files files{{.name = "f", .content = "x"}};
  EXPECT_EQ(message_of<InvalidRequest>([&] { harness.get("http://127.0.0.1:1/", {.data = "bytes", .files = files}); }),
            "beside .files only the fields of a form can stand in .data, and no bytes");
  EXPECT_EQ(message_of<InvalidRequest>([&] { harness.get("http://127.0.0.1:1/", {.json = "{}", .files = files}); }),
            "a request has either .files or .json");
}

}  // namespace
}  // namespace loads::http
