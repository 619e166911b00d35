#pragma once

#include <string>

#include "proto/run.h"
#include "runner/load/load_test.h"
#include "runner/options/options.h"

namespace loads::runner {

// What a broker is told and given to run a test at its agents.
struct Order {
  proto::RunOrder order;
  proto::Blob bundle;  // the module and the files of --include-file; empty when a URL is all
};

// `loaded` was loaded here, so that what cannot be loaded is found out before anything is sent. Throws Failure(usage) when a file of
// --include-file cannot be taken along, or when it all is too large.
Order make_order(const Options& options, const plan::Plan& plan, const LoadedTest& loaded);

// Who orders: "tarek@host".
std::string login_at_host();

// 32 hexadecimal digits that no other order has.
std::string make_nonce();

}  // namespace loads::runner
