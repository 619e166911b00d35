#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <loads/request_options.h>

#include "engine/http/target.h"
#include "engine/user/virtual_user.h"
#include "python/engine/python.h"

namespace loads::python {

// A request that has been worked out and can be made again and again: loads._engine.Call in Python.
//
//   Call(method, url, headers, body=None, name="", timeout=None, verify=None, cert=None, proxies=(), stream=False)
//
// Headers are pairs of bytes, and all that is sent but for Host, which comes first. timeout: (to connect, to the end) in seconds, each may
// be None. verify: None, True, False or the path of a file; cert: None or two paths; proxies: pairs of scheme and URL.
struct Call {
  std::string method;
  std::string url;
  std::string headers;  // "Name: value\r\n" each
  bool has_host = false;
  std::string body;
  RequestOptions options;

  // Worked out for the thread of the user who makes it.
  const http::ClientContext* context = nullptr;
  http::TargetPointer target;
  std::string text;

  void prepare(http::Client& client);
};

// exchange(call) of the module: makes the request and gives its Answer. Raises what loads.errors has.
extern PyMethodDef call_functions[];

// The type, to be put into the module.
PyObject* make_call_type(PyObject* module);

}  // namespace loads::python
