#include "python/engine/web_socket.h"

#include <memory>
#include <string>
#include <utility>

#include <loads/error.h>

#include "common/utf8.h"
#include "engine/websocket/socket.h"
#include "python/engine/companion.h"
#include "python/engine/this_user.h"
#include "python/engine/twin.h"
#include "python/engine/types.h"
#include "python/engine/values.h"

namespace loads::python {
namespace {

struct Opened {
  user::VirtualUser* user;
  std::shared_ptr<websocket::Socket> socket;  // the user closes it at its end, if nobody has before
};

PyTypeObject* socket_type = nullptr;

// An error that the report has already is no other one when the test does not catch it.
void mark_recorded() {
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  if (value != nullptr) PyObject_SetAttrString(value, "_loads_recorded", Py_True);
  PyErr_Restore(type, value, trace);
}

// Has `action` done on the user's fiber: it must own all that it uses.
template <typename Action>
void perform_for(user::VirtualUser& user, Action action) {
  try {
    Twin::perform(std::move(action));
  } catch (const RequestFailed& error) {
    raise_present();
    if (user.has_recorded(error)) mark_recorded();
    throw ErrorSet{};
  }
}

struct Order {
  std::string url;
  WebSocketOptions options;
  MessageCallback callback;
  std::shared_ptr<websocket::Socket> socket;
};

void read(Order& order, PyObject*& function, PyObject* arguments) {
  const char *url = nullptr, *name = nullptr;
  PyObject *protocols = nullptr, *extensions = nullptr, *headers = nullptr, *timeout = nullptr, *interval = nullptr;
  unsigned long long most = 0;
  int compression = 0;
  if (PyArg_ParseTuple(arguments, "sOOOOOKpOs", &url, &function, &protocols, &extensions, &headers, &timeout, &most, &compression,
                       &interval, &name) == 0) {
    throw ErrorSet{};
  }
  order.url = url;
  order.options.protocols = texts_of(protocols);
  order.options.extensions = texts_of(extensions);
  for (auto& [header, value] : pairs_of(headers)) order.options.headers.emplace_back(std::move(header), std::move(value));
  order.options.timeout = seconds_of(timeout);
  order.options.max_message = most;
  order.options.compression = compression != 0;
  order.options.ping_interval = seconds_of(interval).value_or(std::chrono::nanoseconds{});
  order.options.name = name;
}

PyObject* open_ws(PyObject*, PyObject* arguments) {
  return called_by_python([&] {
    const auto order = std::make_unique<Order>();
    PyObject* function = nullptr;
    read(*order, function, arguments);
    user::VirtualUser* const user = &this_user();
    Listener* listener = nullptr;
    if (function != Py_None) {
      listener = &Companion::of(*user).free_listener();
      listener->listen(Object::borrowed(function));
      order->callback = [listener](const Message& message) { listener->hear(message); };
    }
    const std::shared_ptr<void> served(nullptr, [&](void*) {
      if (listener != nullptr) listener->serve(order->socket);
    });
    perform_for(*user,
                [user, order = order.get()] { order->socket = user->open_ws(order->url, std::move(order->callback), order->options); });
    Object object = boxed(socket_type, Opened{user, order->socket});
    if (!object) throw ErrorSet{};
    return object;
  });
}

websocket::Socket& socket_in(PyObject* object) { return *unboxed<Opened>(object).socket; }

user::VirtualUser& user_of(PyObject* object) {
  const Opened& opened = unboxed<Opened>(object);
  if (opened.socket->has_left()) throw ConnectionError("this web socket was closed at the end of its user's life");
  if (&this_user() != opened.user) {
    PyErr_SetString(PyExc_RuntimeError, "a web socket is of use to the virtual user, and in the thread, that has opened it");
    throw ErrorSet{};
  }
  return *opened.user;
}

// `action` is called with the socket, which outlives the call.
template <typename Action>
void act(PyObject* object, Action action) {
  user::VirtualUser* const user = &user_of(object);
  perform_for(
      *user, [user, socket = unboxed<Opened>(object).socket, action = std::move(action)] { user->use(*socket, [&] { action(*socket); }); });
}

PyObject* send(PyObject* self, PyObject* arguments) {
  return called_by_python([&] {
    PyObject* bytes = nullptr;
    int binary = 0;
    if (PyArg_ParseTuple(arguments, "Sp", &bytes, &binary) == 0) throw ErrorSet{};
    std::string data = bytes_of(bytes);
    if (binary == 0 && !is_utf8(data)) throw InvalidRequest("a text message has to be UTF-8: send(..., binary=True) takes any bytes");
    act(self, [data = std::move(data), binary](websocket::Socket& socket) { socket.send(binary != 0, data); });
    return none();
  });
}

PyObject* receive(PyObject* self, PyObject* timeout) {
  return called_by_python([&] {
    const auto message = std::make_shared<Message>();
    act(self, [message, timeout = seconds_of(timeout)](websocket::Socket& socket) {
      *message = timeout ? socket.receive(*timeout) : socket.receive();
    });
    return checked(
        Py_BuildValue("(y#O)", message->data.data(), static_cast<Py_ssize_t>(message->data.size()), message->binary ? Py_True : Py_False));
  });
}

PyObject* ping(PyObject* self, PyObject* payload) {
  return called_by_python([&] {
    act(self, [data = bytes_of(payload)](websocket::Socket& socket) { socket.ping(data); });
    return none();
  });
}

PyObject* close(PyObject* self, PyObject* arguments) {
  return called_by_python([&] {
    unsigned short code = 0;
    const char* reason = nullptr;
    if (PyArg_ParseTuple(arguments, "Hs", &code, &reason) == 0) throw ErrorSet{};
    if (socket_in(self).has_left()) return none();
    act(self, [code, reason = std::string(reason)](websocket::Socket& socket) { socket.close(code, reason); });
    return none();
  });
}

PyObject* is_open(PyObject* self, void*) { return PyBool_FromLong(socket_in(self).is_open() && !socket_in(self).has_left()); }

PyObject* close_code(PyObject* self, void*) { return PyLong_FromLong(socket_in(self).close_code()); }

PyObject* protocol(PyObject* self, void*) {
  return called_by_python([&] { return text_object(socket_in(self).protocol()); });
}

PyObject* extensions(PyObject* self, void*) { return PyUnicode_FromString(socket_in(self).is_compressed() ? "permessage-deflate" : ""); }

PyObject* close_reason(PyObject* self, void*) {
  return called_by_python([&] { return text_object(socket_in(self).close_reason()); });
}

PyMethodDef methods[] = {
    {"send", send, METH_VARARGS, "send(bytes, binary)"},
    {"receive", receive, METH_O, "receive(timeout): (bytes, whether they are binary)"},
    {"ping", ping, METH_O, "ping(bytes)"},
    {"close", close, METH_VARARGS, "close(code, reason)"},
    {nullptr, nullptr, 0, nullptr},
};
PyGetSetDef attributes[] = {
    {"is_open", is_open, nullptr, "Whether it can be sent to.", nullptr},
    {"protocol", protocol, nullptr, "That the server has chosen.", nullptr},
    {"extensions", extensions, nullptr, "Those in use.", nullptr},
    {"close_code", close_code, nullptr, "Of the server's close frame; 0: still open.", nullptr},
    {"close_reason", close_reason, nullptr, "Of the server's close frame.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyType_Slot slots[] = {
    {Py_tp_doc, const_cast<char*>("An open web socket.")},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<Opened>)},
    {0, nullptr},
};
PyType_Spec spec{"loads._engine.WebSocket", sizeof(Boxed<Opened>), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

}  // namespace

PyMethodDef web_socket_functions[] = {
    {"open_ws", open_ws, METH_VARARGS, "Opens a web socket."},
    {nullptr, nullptr, 0, nullptr},
};

PyObject* make_web_socket_type(PyObject* module) {
  PyObject* const type = PyType_FromModuleAndSpec(module, &spec, nullptr);
  socket_type = reinterpret_cast<PyTypeObject*>(type);
  return type;
}

}  // namespace loads::python
