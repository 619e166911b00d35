#include "examples/target/control.h"

namespace loads::target {

bool write_control_reply(const Request& request, Counters& counters, Reply& reply) {
  reply.counted = false;
  if (request.target == "/count") {
    write_answer(request, 200, std::to_string(counters.answered()), reply);
  } else if (request.target == "/stats") {
    write_answer(request, 200, to_json(counters.snapshot()), reply);
  } else if (request.target == "/reset-counts" && request.method == "POST") {
    counters.reset();
    write_answer(request, 200, "0", reply);
  } else if (request.target == "/reset-counts") {
    write_answer(request, 405, "POST it", reply, "Allow: POST\r\n");
  } else {
    reply.counted = true;
    return false;
  }
  return true;
}

}  // namespace loads::target
