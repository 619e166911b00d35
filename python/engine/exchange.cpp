#include "python/engine/exchange.h"

#include <iterator>
#include <optional>
#include <utility>

#include <loads/error.h>

#include "python/engine/answer.h"
#include "python/engine/errors.h"
#include "python/engine/this_user.h"
#include "python/engine/twin.h"
#include "python/engine/types.h"
#include "python/engine/values.h"

namespace loads::python {
namespace {

PyTypeObject* call_type = nullptr;

// What exchange() is called with; an argument that is None counts as not given.
struct Arguments {
  PyObject* call = nullptr;
  PyObject* target = nullptr;
  PyObject* body = nullptr;
  PyObject* name = nullptr;
  PyObject* connect = nullptr;
  PyObject* each = nullptr;

  Arguments(PyObject* const* given, Py_ssize_t count) {
    PyObject** const all[] = {&call, &target, &body, &name, &connect, &each};
    if (count < 1 || count > std::ssize(all) || Py_TYPE(given[0]) != call_type) {
      PyErr_SetString(PyExc_TypeError, "exchange() takes a Call, target, body, name, connect and each");
      throw ErrorSet{};
    }
    for (Py_ssize_t i = 0; i < count; ++i) *all[i] = given[i] == Py_None ? nullptr : given[i];
  }
};

// On the heap: the fiber has it while the greenlet, with its stack, is away.
struct Exchange {
  Exchange(user::VirtualUser& user_in, const Arguments& arguments)
      : user(user_in), object(Object::borrowed(arguments.call)), call(unboxed<Call>(arguments.call)) {
    if (call.prepared == nullptr || call.prepared->context != user.client().context().id) call.prepare(user.client());
    ready = call.prepared;
    target = ready->target;
    if (arguments.target != nullptr || arguments.body != nullptr || arguments.name != nullptr) change(arguments);
    if (arguments.connect != nullptr || arguments.each != nullptr) patience = {seconds_of(arguments.connect), seconds_of(arguments.each)};
  }

  void change(const Arguments& arguments) {
    const std::string of_line = arguments.target != nullptr ? to_string(arguments.target) : call.target;
    char* bytes = call.body.data();
    auto size = static_cast<Py_ssize_t>(call.body.size());
    if (arguments.body != nullptr && PyBytes_AsStringAndSize(arguments.body, &bytes, &size) != 0) throw ErrorSet{};
    text = call.text(*ready, of_line, {bytes, static_cast<std::size_t>(size)});
    if (arguments.target == nullptr && arguments.name == nullptr) return;
    target = ready->target_for(call.origin + of_line, arguments.name != nullptr ? to_string(arguments.name) : call.name(of_line));
  }

  void operator()() {
    const http::Request request{.method = call.method,
                                .base = {},
                                .url = call.origin,
                                .options = &call.options,
                                .target = &target,
                                .text = text.empty() ? ready->whole() : text,
                                .patience = patience ? &*patience : nullptr,
                                .as_sent = true,
                                .failure = &failure};
    answer.reset(user.exchange(request));
  }

  user::VirtualUser& user;
  Object object;  // keeps the call
  Call& call;
  std::shared_ptr<const Call::Prepared> ready;
  std::string text;  // empty: the call's own
  http::TargetPointer target;
  std::optional<http::Patience> patience;
  http::Failure failure;
  message::AnswerHandle answer;
};

// Which of loads.errors tells what has happened; null: that of the exception itself.
const char* error_named(const http::Failure& failure) {
  using metrics::RequestError;
  if (failure.error == RequestError::none) return nullptr;
  const bool late = failure.error == RequestError::timeout || failure.error == RequestError::connect_timeout;
  if (late) return failure.head_came ? "BodyTimeout" : failure.connected ? "ReadTimeout" : "ConnectTimeout";
  const bool other =
      failure.error == RequestError::tls || failure.error == RequestError::proxy || failure.error == RequestError::invalid_url;
  if (!failure.connected && !other) return "NotConnected";
  const bool broken = failure.error == RequestError::closed || failure.error == RequestError::bad_answer;
  return broken && failure.head_came ? "BrokenBody" : nullptr;
}

void make(Exchange& exchange) {
  try {
    Twin::perform_in_place(exchange);
  } catch (const RequestFailed& error) {
    const char* const name = error_named(exchange.failure);
    if (name == nullptr) throw;
    PyErr_SetString(imported("loads.errors", name).get(), error.what());
    throw ErrorSet{};
  }
}

PyObject* exchange(PyObject*, PyObject* const* given, Py_ssize_t count) {
  return called_by_python([&] {
    const Arguments arguments(given, count);
    user::VirtualUser& user = this_user();
    const auto state = std::make_unique<Exchange>(user, arguments);
    make(*state);
    return make_answer(std::move(state->answer), user.client().context().id);
  });
}

}  // namespace

void set_call_type(PyTypeObject* type) { call_type = type; }

PyMethodDef call_functions[] = {
    {"exchange", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(exchange)), METH_FASTCALL,
     "exchange(call, target=None, body=None, name=None, connect=None, each=None): makes the request and gives its Answer."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace loads::python
