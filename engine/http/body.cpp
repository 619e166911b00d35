#include "engine/http/body.h"

#include <loads/error.h>

#include "engine/http/multipart.h"
#include "engine/http/url.h"

namespace loads::http {

MadeBody::MadeBody(const RequestOptions& options) {
  present_ = options.json || !options.files.empty() || !options.data.empty();
  if (options.json && !options.data.empty()) throw InvalidRequest("a request has either .data or .json");
  if (options.json && !options.files.empty()) throw InvalidRequest("a request has either .files or .json");
  if (options.json) {
    bytes_ = *options.json;
    type_ = "application/json";
  } else if (!options.files.empty()) {
    if (options.data.bytes()) throw InvalidRequest("beside .files only the fields of a form can stand in .data, and no bytes");
    auto parts = std::make_unique<Multipart>(options.data.form(), options.files, random_boundary());
    made_ = parts->content_type();
    type_ = made_;
    source_ = std::move(parts);
  } else if (options.data.bytes()) {
    bytes_ = *options.data.bytes();
  } else if (!options.data.empty()) {
    made_ = encode_query(options.data.form());
    bytes_ = made_;
    type_ = "application/x-www-form-urlencoded";
  }
}

}  // namespace loads::http
