#include "python/engine/call.h"

#include <utility>

#include "engine/http/request_text.h"
#include "python/engine/answer.h"
#include "python/engine/errors.h"
#include "python/engine/this_user.h"
#include "python/engine/twin.h"
#include "python/engine/types.h"
#include "python/engine/values.h"

namespace loads::python {
namespace {

constexpr std::uint64_t kAnyBody = std::uint64_t{1} << 40;  // as Requests, whose bodies know no limit

void read_headers(Call& call, PyObject* headers) {
  for_each(headers, [&](PyObject* pair) {
    PyObject *name_object = nullptr, *value_object = nullptr;
    if (PyArg_ParseTuple(pair, "SS", &name_object, &value_object) == 0) throw ErrorSet{};
    const std::string name = bytes_of(name_object), value = bytes_of(value_object);
    http::check_header(name, value);
    if (name.size() == 4 && PyOS_mystricmp(name.c_str(), "host") == 0) call.has_host = true;
    call.headers.append(name).append(": ").append(value).append("\r\n");
  });
}

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

void read_proxies(RequestOptions& options, PyObject* proxies) {
  if (proxies == nullptr) return;
  for_each(proxies, [&](PyObject* pair) {
    const char *scheme = nullptr, *url = nullptr;
    if (PyArg_ParseTuple(pair, "ss", &scheme, &url) == 0) throw ErrorSet{};
    options.proxies.emplace_back(scheme, url);
  });
}

void read(Call& call, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"method", "url", "headers", "body", "name", "timeout", "verify", "cert", "proxies", "stream", nullptr};
  const char *method = nullptr, *url = nullptr, *name = "";
  PyObject *headers = nullptr, *body = nullptr, *timeout = nullptr, *verify = nullptr, *cert = nullptr, *proxies = nullptr;
  int stream = 0;
  if (PyArg_ParseTupleAndKeywords(arguments, keywords, "ssO|OsOOOOp", const_cast<char**>(names), &method, &url, &headers, &body, &name,
                                  &timeout, &verify, &cert, &proxies, &stream) == 0) {
    throw ErrorSet{};
  }
  http::check_method(method);
  call.method = method;
  call.url = url;
  read_headers(call, headers);
  if (body != nullptr && body != Py_None) call.body = bytes_of(body);
  call.options.name = name;
  call.options.timeout = seconds_of(timeout);
  call.options.max_body = kAnyBody;
  call.options.stream = stream != 0;
  read_verify(call.options, verify);
  read_cert(call.options, cert);
  read_proxies(call.options, proxies);
}

PyObject* make_call(PyTypeObject* type, PyObject* arguments, PyObject* keywords) {
  return called_by_python([&] {
    Call call;
    read(call, arguments, keywords);
    return boxed(type, std::move(call));
  });
}

http::Request request_of(const Call& call) {
  return {.method = call.method,
          .base = {},
          .url = call.url,
          .options = &call.options,
          .name = call.options.name,
          .target = &call.target,
          .text = call.text};
}

// On the heap: the fiber has it while the greenlet, with its stack, is away.
struct Exchange {
  Object object;  // keeps the call
  message::AnswerHandle answer;
};

PyTypeObject* call_type = nullptr;

PyObject* exchange(PyObject*, PyObject* object) {
  return called_by_python([&] {
    if (Py_TYPE(object) != call_type) {
      PyErr_SetString(PyExc_TypeError, "exchange() takes a Call");
      throw ErrorSet{};
    }
    user::VirtualUser* const user = &this_user();
    Call& call = unboxed<Call>(object);
    if (call.context != &user->client().context()) call.prepare(user->client());
    const auto state = std::make_unique<Exchange>(Exchange{Object::borrowed(object), nullptr});
    Twin::perform([user, &call, state = state.get()] { state->answer.reset(user->exchange(request_of(call))); });
    return make_answer(std::move(state->answer));
  });
}

PyType_Slot slots[] = {
    {Py_tp_doc, const_cast<char*>("A request that has been worked out and can be made again and again.")},
    {Py_tp_new, reinterpret_cast<void*>(make_call)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<Call>)},
    {0, nullptr},
};
PyType_Spec spec{"loads._engine.Call", sizeof(Boxed<Call>), 0, Py_TPFLAGS_DEFAULT, slots};

}  // namespace

void Call::prepare(http::Client& client) {
  const http::Request request{.method = method, .base = {}, .url = url, .options = &options};
  target = client.find_target(request);
  context = &client.context();
  text = target->start;
  if (!has_host) text.append("Host: ").append(target->host).append("\r\n");
  text.append(headers);
  if (!target->proxy_credentials.empty()) text.append("Proxy-Authorization: ").append(target->proxy_credentials).append("\r\n");
  text.append("\r\n").append(body);
}

PyMethodDef call_functions[] = {
    {"exchange", exchange, METH_O, "exchange(call): makes the request and gives its Answer."},
    {nullptr, nullptr, 0, nullptr},
};

PyObject* make_call_type(PyObject* module) {
  PyObject* const type = PyType_FromModuleAndSpec(module, &spec, nullptr);
  call_type = reinterpret_cast<PyTypeObject*>(type);
  return type;
}

}  // namespace loads::python
