#include "python/engine/answer.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/http/body_stream.h"
#include "python/engine/errors.h"
#include "python/engine/this_user.h"
#include "python/engine/twin.h"
#include "python/engine/types.h"

namespace loads::python {
namespace {

using message::Answer;
using message::AnswerHandle;

PyTypeObject* answer_type = nullptr;

struct Received {
  AnswerHandle answer;
  std::uint64_t context;  // of the thread that it belongs to
};

Answer& answer_in(PyObject* object) { return *unboxed<Received>(object).answer; }

// Headers are bytes of any kind; Python's http.client takes them as Latin-1.
Object latin1(std::string_view text) { return checked(PyUnicode_DecodeLatin1(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr)); }

PyObject* status(PyObject* object, void*) {
  Answer& answer = answer_in(object);
  answer.status_read = true;
  return PyLong_FromLong(answer.status);
}

PyObject* peek(PyObject* object, void*) { return PyLong_FromLong(answer_in(object).status); }

PyObject* version(PyObject* object, void*) { return PyLong_FromLong(static_cast<long>(answer_in(object).version)); }

PyObject* notes(PyObject* object, void*) { return PyLong_FromLong(answer_in(object).notes); }

PyObject* reason(PyObject* object, void*) {
  return called_by_python([&] { return latin1(answer_in(object).reason()); });
}

PyObject* url(PyObject* object, void*) {
  const std::string_view text = answer_in(object).url;
  return PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
}

PyObject* elapsed(PyObject* object, void*) {
  return PyFloat_FromDouble(std::chrono::duration<double>(answer_in(object).record.total).count());
}

PyObject* body(PyObject* object, void*) {
  const std::string_view bytes = answer_in(object).body.view();
  return PyBytes_FromStringAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size()));
}

PyObject* headers(PyObject* object, void*) {
  return called_by_python([&] {
    const Answer& answer = answer_in(object);
    Object list = checked(PyList_New(0));
    for (const Answer::Field& field : answer.fields) {
      const Object name = latin1(answer.name(field)), value = latin1(answer.value(field));
      const Object pair = checked(PyTuple_Pack(2, name.get(), value.get()));
      if (PyList_Append(list.get(), pair.get()) != 0) throw ErrorSet{};
    }
    return list;
  });
}

// On the heap, as all that a fiber works on.
struct Piece {
  Object object;  // keeps the answer
  Answer& answer;
  std::optional<std::string_view> bytes;

  void operator()() { bytes = answer.rest->next(); }
};

PyObject* read(PyObject* object, PyObject*) {
  return called_by_python([&] {
    Answer& answer = answer_in(object);
    const auto piece = std::make_unique<Piece>(Piece{Object::borrowed(object), answer, {}});
    // Its end may be that of the thread.
    if (answer.rest != nullptr && unboxed<Received>(object).context != this_user().client().context().id) {
      PyErr_SetString(PyExc_RuntimeError, "the body of a streamed answer can only be read in the thread that has asked for it");
      throw ErrorSet{};
    }
    if (answer.rest != nullptr && !answer.rest->ended()) Twin::perform_in_place(*piece);
    const std::string_view bytes = piece->bytes.value_or(std::string_view());
    return checked(PyBytes_FromStringAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size())));
  });
}

PyObject* close(PyObject* object, PyObject*) {
  return called_by_python([&] {
    Answer& answer = answer_in(object);
    if (answer.rest != nullptr && !answer.rest->ended()) answer.rest->cut();
    return none();
  });
}

PyMethodDef methods[] = {
    {"read", read, METH_NOARGS, "The next piece of a streamed body; b\"\" at its end."},
    {"close", close, METH_NOARGS, "No more of a streamed body is wanted."},
    {nullptr, nullptr, 0, nullptr},
};
PyGetSetDef attributes[] = {
    {"status", status, nullptr, "The status code.", nullptr},
    {"peek", peek, nullptr, "The status code, looked at by other than the test.", nullptr},
    {"reason", reason, nullptr, "\"OK\"", nullptr},
    {"version", version, nullptr, "Of HTTP, ten times.", nullptr},
    {"headers", headers, nullptr, "Pairs of names and values, in the order received.", nullptr},
    {"notes", notes, nullptr, "Bits: 1 sets cookies, 2 has a Location, 4 has a coded body, 8 asks for credentials.", nullptr},
    {"body", body, nullptr, "As it was sent.", nullptr},
    {"url", url, nullptr, "Of the request.", nullptr},
    {"elapsed", elapsed, nullptr, "Seconds from the call to the last byte.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyType_Slot slots[] = {
    {Py_tp_doc, const_cast<char*>("What a server has answered, as it came.")},
    {Py_tp_getset, attributes},
    {Py_tp_methods, methods},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<Received>)},
    {0, nullptr},
};
PyType_Spec spec{"loads._engine.Answer", sizeof(Boxed<Received>), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

}  // namespace

Object make_answer(AnswerHandle answer, std::uint64_t context) {
  Object object = boxed(answer_type, Received{std::move(answer), context});
  if (!object) throw ErrorSet{};
  return object;
}

PyObject* make_answer_type(PyObject* module) {
  PyObject* const type = PyType_FromModuleAndSpec(module, &spec, nullptr);
  answer_type = reinterpret_cast<PyTypeObject*>(type);
  return type;
}

}  // namespace loads::python
