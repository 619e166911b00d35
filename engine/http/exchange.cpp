#include "engine/http/exchange.h"

namespace loads::http {

AnswerLimits Exchange::limits() const {
  AnswerLimits limits;
  limits.has_body = request.method != "HEAD";
  if (request.options != nullptr) limits.keep_body = request.options->max_body;
  return limits;
}

bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
}

}  // namespace loads::http
