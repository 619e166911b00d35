#include "python/engine/feed.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <loads/feeder.h>

#include "python/engine/errors.h"
#include "python/engine/this_user.h"
#include "python/engine/types.h"
#include "python/engine/values.h"

namespace loads::python {
namespace {

struct OpenFeed {
  Feeder feeder;
  bool of_json;
};

template <typename Value, std::size_t kCount>
Value chosen(std::string_view what, std::string_view given, const std::array<std::pair<std::string_view, Value>, kCount>& choices) {
  std::string known;
  for (const auto& [name, value] : choices) {
    if (name == given) return value;
    known.append(known.empty() ? "" : ", ").append(name);
  }
  PyErr_SetString(PyExc_ValueError, (std::string(what) + " is one of " + known + ": not \"" + std::string(given) + "\"").c_str());
  throw ErrorSet{};
}

Order order_of(std::string_view name) {
  using Choice = std::pair<std::string_view, Order>;
  return chosen("order", name,
                std::array{Choice{"circular", Order::circular}, Choice{"sequential", Order::sequential}, Choice{"random", Order::random},
                           Choice{"unique", Order::unique}});
}

Split split_of(std::string_view name) {
  using Choice = std::pair<std::string_view, Split>;
  return chosen("split", name, std::array{Choice{"none", Split::none}, Choice{"agents", Split::agents}, Choice{"users", Split::users}});
}

PyObject* make_feed(PyTypeObject* type, PyObject* arguments, PyObject*) {
  return called_by_python([&] {
    const char *file = nullptr, *kind = nullptr, *order = nullptr, *split = nullptr, *delimiter = nullptr, *beside = nullptr;
    PyObject* names = nullptr;
    if (PyArg_ParseTuple(arguments, "sssssOs", &file, &kind, &order, &split, &delimiter, &names, &beside) == 0) throw ErrorSet{};
    const FeedOptions options{order_of(order), split_of(split), *delimiter != '\0' ? *delimiter : ',', texts_of(names)};
    const bool of_json = std::string_view(kind) == "json";
    return boxed(type, OpenFeed{of_json ? json(file, options, beside) : csv(file, options, beside), of_json});
  });
}

Object values_of(const OpenFeed& feed, const Row& row) {
  if (feed.of_json) return text_object(row.json().dump());
  Object values = checked(PyDict_New());
  for (const auto& [name, value] : row.pairs()) {
    const Object text = text_object(value);
    if (PyDict_SetItemString(values.get(), name.c_str(), text.get()) != 0) throw ErrorSet{};
  }
  return values;
}

Object row_object(const OpenFeed& feed, const Row& row) {
  return checked(Py_BuildValue("(nO)", static_cast<Py_ssize_t>(row.index()), values_of(feed, row).get()));
}

PyObject* next(PyObject* self, PyObject*) {
  return called_by_python([&] {
    this_user();  // there is one from now on
    OpenFeed& feed = unboxed<OpenFeed>(self);
    return row_object(feed, feed.feeder.next());
  });
}

PyObject* has_next(PyObject* self, PyObject*) {
  return called_by_python([&] {
    this_user();
    return Object::borrowed(unboxed<OpenFeed>(self).feeder.has_next() ? Py_True : Py_False);
  });
}

PyObject* row(PyObject* self, PyObject* index) {
  return called_by_python([&] {
    const OpenFeed& feed = unboxed<OpenFeed>(self);
    const std::size_t number = PyLong_AsSize_t(index);
    if (PyErr_Occurred() != nullptr) throw ErrorSet{};
    return row_object(feed, feed.feeder[number]);
  });
}

PyObject* size(PyObject* self, PyObject*) { return PyLong_FromSize_t(unboxed<OpenFeed>(self).feeder.size()); }

PyMethodDef methods[] = {
    {"next", next, METH_NOARGS, "The user's next row."},
    {"has_next", has_next, METH_NOARGS, "Whether there is one."},
    {"row", row, METH_O, "row(index): any row of the file."},
    {"size", size, METH_NOARGS, "Rows of the file."},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot slots[] = {
    {Py_tp_doc, const_cast<char*>("A file of data, dealt to the virtual users.")},
    {Py_tp_new, reinterpret_cast<void*>(make_feed)},
    {Py_tp_methods, methods},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<OpenFeed>)},
    {0, nullptr},
};
PyType_Spec spec{"loads._engine.Feed", sizeof(Boxed<OpenFeed>), 0, Py_TPFLAGS_DEFAULT, slots};

}  // namespace

PyObject* make_feed_type(PyObject* module) { return PyType_FromModuleAndSpec(module, &spec, nullptr); }

}  // namespace loads::python
