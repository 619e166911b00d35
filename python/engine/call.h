#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <loads/request_options.h>

#include "engine/http/target.h"
#include "engine/user/virtual_user.h"
#include "python/engine/python.h"

namespace loads::python {

// A request that has been worked out and can be made again and again: loads._engine.Call in Python.
//
//   Call(method, origin, target, head, length_at=-1, body=b"", name="", verify=True, cert=None, proxy=None, version="", stream=False)
//
// origin: "http://localhost:9200"; target: what stands in the request line, beginning with "/" or "*". head: bytes, all header lines, with
// Host. length_at: where in them the length of the body is to be put; -1: nowhere. verify: True, False or the path of a file; cert: None or
// two paths; proxy: None for that of the run, "" for none. at(target) gives the same call with another target.
struct Call {
  // It as it is sent by the users of one thread.
  struct Prepared {
    std::uint64_t context = 0;  // whose
    metrics::Recorder* recorder = nullptr;
    std::shared_ptr<net::Endpoint> endpoint;
    http::TargetPointer target;
    std::string line_begin;  // "GET http://host" up to the target
    std::string head_end;    // what stands behind the head's lines
    std::string text;        // all of it, for the target and the body of the call; empty: the target has it

    std::string_view whole() const { return target->plain_request.empty() ? text : target->plain_request; }
    // `plain`: the text of requests for it, if many are sent with the same and they have no body.
    http::TargetPointer target_for(std::string url, std::string_view name, std::string plain = {}) const;
  };

  std::string method;
  std::string origin;
  std::string target;
  std::string head;
  std::ptrdiff_t length_at = -1;
  std::string body;
  RequestOptions options;  // with the name
  std::shared_ptr<const Prepared> prepared;

  void prepare(http::Client& client);  // throws InvalidRequest, which is recorded
  std::string text(const Prepared& ready, std::string_view for_target, std::string_view with_body) const;
  std::string name(std::string_view for_target) const;
};

// exchange(call, target=None, body=None, name=None, connect=None, each=None) of the module: makes the request, with what is given in place
// of the call's own, and gives its Answer. connect and each: see http::Patience, in seconds. Raises what loads.errors has.
extern PyMethodDef call_functions[];

// The type, to be put into the module.
PyObject* make_call_type(PyObject* module);

}  // namespace loads::python
