#include "engine/message/reason.h"

#include <boost/beast/http/status.hpp>

namespace loads::message {

std::string_view standard_reason(int status) {
  if (status < 100 || status > 999) return {};
  const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(status));
  if (known == boost::beast::http::status::unknown) return {};
  const auto words = boost::beast::http::obsolete_reason(known);
  return {words.data(), words.size()};
}

}  // namespace loads::message
