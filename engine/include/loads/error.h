#pragma once

#include <stdexcept>
#include <string>

#include <loads/export.h>

namespace loads {

// A request that got no answer. Thrown by Session and App; a test that does not catch it ends as an Error. The message names the address
// and the cause: "connect: connection refused 127.0.0.1:9200".
class LOADS_API RequestFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~RequestFailed() override;
};

// No connection: no such host, refused, unreachable, or closed by the server before its answer was complete.
class LOADS_API ConnectionError : public RequestFailed {
 public:
  using RequestFailed::RequestFailed;
  ~ConnectionError() override;
};

// No TLS with the server: its certificate is not trusted, or it speaks none.
class LOADS_API TlsError : public ConnectionError {
 public:
  using ConnectionError::ConnectionError;
  ~TlsError() override;
};

// A proxy on the way to the server refused.
class LOADS_API ProxyError : public ConnectionError {
 public:
  using ConnectionError::ConnectionError;
  ~ProxyError() override;
};

// No connection, or no complete answer, in the time given.
class LOADS_API Timeout : public RequestFailed {
 public:
  using RequestFailed::RequestFailed;
  ~Timeout() override;
};

// The URL, or a header, cannot be sent.
class LOADS_API InvalidRequest : public RequestFailed {
 public:
  using RequestFailed::RequestFailed;
  ~InvalidRequest() override;
};

// The server's answer is not HTTP, or larger than the limits.
class LOADS_API InvalidAnswer : public RequestFailed {
 public:
  using RequestFailed::RequestFailed;
  ~InvalidAnswer() override;
};

// More redirects than --max-redirects allows, one after another.
class LOADS_API TooManyRedirects : public RequestFailed {
 public:
  using RequestFailed::RequestFailed;
  ~TooManyRedirects() override;
};

// A body that its Content-Encoding does not fit, or that unpacks to more than RequestOptions::max_body. Thrown where it is read.
class LOADS_API ContentDecodingError : public RequestFailed {
 public:
  using RequestFailed::RequestFailed;
  ~ContentDecodingError() override;
};

// Response::raise_for_status() of an answer of 400 and above.
class LOADS_API HttpError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~HttpError() override;
};

// The server's answer, or its page, is not what App's caller expects: another status, no such link, form or field. Uncaught it ends the
// test run as a Failure.
class LOADS_API AppError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~AppError() override;
};

}  // namespace loads
