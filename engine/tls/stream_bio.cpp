#include "engine/tls/stream_bio.h"

#include <cerrno>

namespace loads::tls {
namespace {

using fiber::IoResult;

// What OpenSSL expects of a call that ended as `result`: a number of bytes, 0 at the end of the stream, or -1.
int outcome(const IoResult& result) {
  switch (result.end) {
    case IoResult::End::done: return static_cast<int>(result.bytes);
    case IoResult::End::closed: return 0;
    case IoResult::End::timed_out: break;
    case IoResult::End::failed: errno = result.error; break;
  }
  return -1;
}

int read(BIO* bio, char* buffer, int size) {
  BIO_clear_retry_flags(bio);
  auto& stream = *static_cast<fiber::TcpStream*>(BIO_get_data(bio));
  const IoResult got = stream.try_receive({buffer, static_cast<std::size_t>(size)});
  if (got.end == IoResult::End::timed_out) BIO_set_retry_read(bio);
  if (got.end == IoResult::End::closed) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return outcome(got);
}

int write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  auto& stream = *static_cast<fiber::TcpStream*>(BIO_get_data(bio));
  const IoResult sent = stream.try_send({bytes, static_cast<std::size_t>(size)});
  if (sent.end == IoResult::End::timed_out) BIO_set_retry_write(bio);
  return outcome(sent);
}

long control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* make_method() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "loads stream");
  BIO_meth_set_read(method, read);
  BIO_meth_set_write(method, write);
  BIO_meth_set_ctrl(method, control);
  return method;
}

}  // namespace

BIO* make_stream_bio(fiber::TcpStream& stream) {
  static BIO_METHOD* const method = make_method();
  BIO* bio = BIO_new(method);
  BIO_set_data(bio, &stream);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace loads::tls
