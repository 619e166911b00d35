#include "python/engine/companion.h"

#include <algorithm>
#include <utility>

#include "python/engine/errors.h"
#include "python/engine/greenlets.h"

namespace loads::python {

Listener::~Listener() {
  if (function_) user_.context().loop.run_outside([this] { function_ = {}; });
}

void Listener::listen(Object function) {
  function_ = std::move(function);
  expects_ = true;
}

void Listener::serve(std::shared_ptr<websocket::Socket> socket) {
  socket_ = std::move(socket);
  expects_ = false;
}

void Listener::hear(const Message& message) {
  fiber::Loop& loop = user_.context().loop;
  Object argument;
  loop.run_outside([&] { argument = made_argument(message); });
  if (!argument) return;
  busy_ = true;
  const std::shared_ptr<void> done(nullptr, [&](void*) {
    busy_ = false;
    loop.run_outside([&] { argument = {}; });
  });
  std::string error;
  const Object result = twin_.run(function_.get(), argument.get(), &error);  // None, which nobody has to let go of
  if (!result) user_.note_error(error, {});
}

// (bytes, whether they are binary). Null when there is no memory for it.
Object Listener::made_argument(const Message& message) {
  Object made = Object::owned(
      Py_BuildValue("(y#O)", message.data.data(), static_cast<Py_ssize_t>(message.data.size()), message.binary ? Py_True : Py_False));
  if (!made) PyErr_Clear();
  return made;
}

Companion& Companion::of(user::VirtualUser& user) {
  std::shared_ptr<void>& companion = user.companion();
  if (companion != nullptr) return *static_cast<Companion*>(companion.get());
  greenlets::import();
  companion = std::make_shared<Companion>(user);
  return *static_cast<Companion*>(companion.get());
}

Listener& Companion::free_listener() {
  const auto found = std::find_if(listeners_.begin(), listeners_.end(), [](const auto& listener) { return listener->is_free(); });
  if (found != listeners_.end()) return **found;
  return *listeners_.emplace_back(std::make_unique<Listener>(user_));
}

}  // namespace loads::python
