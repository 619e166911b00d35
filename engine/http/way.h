#pragma once

#include <loads/request_options.h>

#include "engine/http/file_cache.h"
#include "engine/net/options.h"

namespace loads::http {

// What the options of a request say about its connection.

bool changes_way(const RequestOptions& options);

// `way` with that in it. Throws InvalidRequest.
net::Options changed_way(net::Options way, const RequestOptions& options, FileCache& files);

}  // namespace loads::http
