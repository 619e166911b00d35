// Any bytes are either refused with JsonError or a document that is written and read again as the same one, with a small stack.

#include <loads/json.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using loads::Json;
  Json json;
  try {
    json = Json::parse({reinterpret_cast<const char*>(data), size});
  } catch (const loads::JsonError&) {
    return 0;
  }
  if (Json::parse(json.dump()) != json) std::abort();
  return 0;
}
