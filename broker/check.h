#pragma once

#include "proto/wire/endpoints.h"

namespace loads::broker {

// --check: says on stdout whether a broker answers there; 0, or exit_code::no_broker. Local (ipc) brokers only: at others
// loads-runner --ping-broker looks, with a key.
int check(const wire::Endpoints& endpoints);

}  // namespace loads::broker
