// Any bytes that a process of an external runner sends are a message, or say why they are none, and are counted within bounds.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runner/external/message.h"
#include "runner/external/message_recorder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using loads::runner::ExternalMessage;
  const auto message = loads::runner::read_external_message({reinterpret_cast<const char*>(data), size});
  if (message.kind == ExternalMessage::Kind::unknown && message.text.empty()) std::abort();
  if (message.text.size() > 5000 || message.elapsed.count() < 0 || message.status < 0 || message.status > 999) std::abort();
  loads::runner::MessageRecorder recorder(nullptr);
  recorder.begin_step(0, 10);
  recorder.add(message);
  if (recorder.tally().in_flight() != 0) std::abort();
  return 0;
}
