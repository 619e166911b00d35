#include "python/engine/call.h"

#include <algorithm>
#include <utility>

#include <loads/error.h>

#include "engine/http/request_text.h"
#include "engine/message/ascii.h"
#include "python/engine/errors.h"
#include "python/engine/exchange.h"
#include "python/engine/types.h"
#include "python/engine/values.h"

namespace loads::python {
namespace {

constexpr std::uint64_t kAnyBody = std::uint64_t{1} << 40;  // as Requests, whose bodies know no limit

void read_verify(RequestOptions& options, PyObject* verify) {
  if (verify == nullptr || verify == Py_None || verify == Py_True) return;
  options.verify = PyUnicode_Check(verify) != 0 ? Verify(to_string(verify)) : Verify(PyObject_IsTrue(verify) == 1);
}

void read_cert(RequestOptions& options, PyObject* cert) {
  if (cert == nullptr || cert == Py_None) return;
  const char *certificate = nullptr, *key = nullptr;
  if (PyArg_ParseTuple(cert, "sz", &certificate, &key) == 0) throw ErrorSet{};
  options.cert = {certificate, key != nullptr ? key : ""};
}

void read(Call& call, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"method", "origin", "target", "head",    "length_at", "body", "name",
                                "verify", "cert",   "proxy",  "version", "stream",    nullptr};
  const char *method = nullptr, *origin = nullptr, *target = nullptr, *name = "", *proxy = nullptr, *version = "";
  PyObject *head = nullptr, *body = nullptr, *verify = nullptr, *cert = nullptr;
  Py_ssize_t length_at = -1;
  int stream = 0;
  if (PyArg_ParseTupleAndKeywords(arguments, keywords, "sssS|nSsOOzsp", const_cast<char**>(names), &method, &origin, &target, &head,
                                  &length_at, &body, &name, &verify, &cert, &proxy, &version, &stream) == 0) {
    throw ErrorSet{};
  }
  call.method = method;
  call.origin = origin;
  call.target = target;
  call.head = bytes_of(head);
  call.length_at = length_at;
  if (body != nullptr) call.body = bytes_of(body);
  call.options.name = name;
  call.options.max_body = kAnyBody;
  call.options.http_version = version;
  call.options.stream = stream != 0;
  if (proxy != nullptr) call.options.proxies.emplace_back("all", proxy);
  read_verify(call.options, verify);
  read_cert(call.options, cert);
  if (call.length_at > static_cast<std::ptrdiff_t>(call.head.size())) {
    PyErr_SetString(PyExc_ValueError, "length_at is behind the head");
    throw ErrorSet{};
  }
}

PyObject* make_call(PyTypeObject* type, PyObject* arguments, PyObject* keywords) {
  return called_by_python([&] {
    Call call;
    read(call, arguments, keywords);
    return boxed(type, std::move(call));
  });
}

PyObject* at(PyObject* object, PyObject* target) {
  return called_by_python([&] {
    Call call = unboxed<Call>(object);
    call.target = to_string(target);
    call.prepared = nullptr;
    return boxed(Py_TYPE(object), std::move(call));
  });
}

PyMethodDef methods[] = {
    {"at", at, METH_O, "at(target): the same with another target."},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot slots[] = {
    {Py_tp_methods, methods},
    {Py_tp_doc, const_cast<char*>("A request that has been worked out and can be made again and again.")},
    {Py_tp_new, reinterpret_cast<void*>(make_call)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<Call>)},
    {0, nullptr},
};
PyType_Spec spec{"loads._engine.Call", sizeof(Boxed<Call>), 0, Py_TPFLAGS_DEFAULT, slots};

// Whether one of the lines is a header of that name.
bool has_header(std::string_view lines, std::string_view name) {
  while (!lines.empty()) {
    if (message::equal_ignoring_case(lines.substr(0, std::min(lines.find(':'), lines.size())), name)) return true;
    const std::size_t end = lines.find("\r\n");
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 2);
  }
  return false;
}

void check_target(std::string_view target) {
  const auto cannot_stand = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
  if (target.empty() || std::any_of(target.begin(), target.end(), cannot_stand))
    throw InvalidRequest("\"" + std::string(target) + "\" cannot stand in a request line");
}

}  // namespace

http::TargetPointer Call::Prepared::target_for(std::string url, std::string_view name, std::string plain) const {
  auto made = std::make_shared<http::Target>();
  made->text = std::move(url);
  made->endpoint = endpoint;
  made->plain_request = std::move(plain);
  made->name = recorder->request_name(name);
  return made;
}

void Call::prepare(http::Client& client) {
  const std::string own_name = name(target);
  const http::Request request{.method = method, .base = {}, .url = origin, .options = &options, .name = own_name};
  auto ready = std::make_shared<Prepared>();
  try {
    http::check_method(method);
    const http::TargetPointer found = client.find_target(request);
    ready->context = client.context().id;
    ready->recorder = &client.context().recorder;
    ready->endpoint = found->endpoint;
    ready->line_begin = method + " ";
    if (found->endpoint->speaks_to_proxy()) {
      ready->line_begin += origin;
      const std::string& credentials = found->proxy_credentials;
      if (!credentials.empty() && !has_header(head, "Proxy-Authorization"))
        ready->head_end = "Proxy-Authorization: " + credentials + "\r\n";
    }
    ready->text = text(*ready, target, body);
    ready->target = ready->target_for(origin + target, own_name, body.empty() ? std::exchange(ready->text, {}) : std::string());
  } catch (const InvalidRequest& why) {
    client.refuse(request, why);
    throw;
  }
  prepared = std::move(ready);
}

std::string Call::text(const Prepared& ready, std::string_view for_target, std::string_view with_body) const {
  check_target(for_target);
  std::string all;
  all.reserve(ready.line_begin.size() + for_target.size() + head.size() + ready.head_end.size() + with_body.size() + 40);
  all.append(ready.line_begin).append(for_target).append(" HTTP/1.1\r\n");
  if (length_at < 0) {
    all.append(head);
  } else {
    const auto at = static_cast<std::size_t>(length_at);
    all.append(head, 0, at).append(std::to_string(with_body.size())).append(head, at);
  }
  return all.append(ready.head_end).append("\r\n").append(with_body);
}

std::string Call::name(std::string_view for_target) const {
  if (!options.name.empty()) return options.name;
  return (method + " ").append(for_target.substr(0, std::min(for_target.find('?'), for_target.size())));
}

PyObject* make_call_type(PyObject* module) {
  PyObject* const type = PyType_FromModuleAndSpec(module, &spec, nullptr);
  set_call_type(reinterpret_cast<PyTypeObject*>(type));
  return type;
}

}  // namespace loads::python
