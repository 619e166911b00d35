#include "runner/external/message.h"

#include <loads/json.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>

namespace loads::runner {
namespace {

using Kind = ExternalMessage::Kind;

constexpr std::size_t kMostText = 2000;  // bytes of what went wrong
constexpr double kMostSeconds = 1e6;
constexpr std::int64_t kMostCount = 1'000'000'000'000;  // at once: sums stay in range

const std::map<std::string_view, Kind>& kinds() {
  static const std::map<std::string_view, Kind> kinds{
      {"startTest", Kind::silent},
      {"stopTest", Kind::silent},
      {"addSuccess", Kind::success},
      {"addFailure", Kind::failure},
      {"addError", Kind::error},
      {"add_hit", Kind::hit},
      {"socket_open", Kind::socket_open},
      {"socket_close", Kind::socket_close},
      {"socket_message", Kind::socket_message},
      {"incr_counter", Kind::counter},
  };
  return kinds;
}

std::string text_of(const Json& value) {
  if (value.is_null()) return {};
  return (value.is_string() ? value.as<std::string>() : value.dump()).substr(0, kMostText);
}

std::string member(const Json& message, std::string_view name) { return message.contains(name) ? text_of(message[name]) : std::string(); }

std::int64_t integer(const Json& message, std::string_view name, std::int64_t otherwise) {
  return message.contains(name) && message[name].is_integer() ? message[name].as<std::int64_t>() : otherwise;
}

// [hits, users, current hit, current user]
std::uint32_t user_of(const Json& message) {
  if (!message.contains("loads_status")) return 0;
  const Json status = message["loads_status"];
  if (!status.is_array() || status.size() != 4 || !status[3].is_integer()) return 0;
  const auto user = status[3].as<std::int64_t>();
  return user > 0 && user <= std::numeric_limits<std::uint32_t>::max() ? static_cast<std::uint32_t>(user) : 0;
}

// [message, class, traceback]: "ValueError: it is none".
std::string trouble_of(const Json& message) {
  if (!message.contains("exc_info")) return "no exc_info was given";
  const Json trouble = message["exc_info"];
  if (!trouble.is_array() || trouble.empty()) return text_of(trouble);
  const std::string text = text_of(trouble[0]);
  const std::string kind = trouble.size() > 1 ? text_of(trouble[1]) : std::string();
  if (kind.empty() || text.empty()) return kind + text;
  return kind + ": " + text;
}

// Seconds, or the "0:00:01.500000" of Python's timedelta.
double seconds_of(const Json& value) {
  if (value.is_number()) return value.as<double>();
  double hours = 0, minutes = 0, seconds = 0;
  if (!value.is_string() || std::sscanf(value.as<std::string>().c_str(), "%lf:%lf:%lf", &hours, &minutes, &seconds) != 3) return 0;
  return hours * 3600 + minutes * 60 + seconds;
}

std::chrono::nanoseconds elapsed_of(const Json& message) {
  const double seconds = message.contains("elapsed") ? seconds_of(message["elapsed"]) : 0;
  if (!std::isfinite(seconds)) return {};
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(std::clamp(seconds, 0.0, kMostSeconds)));
}

// "GET /search" of http://shop.example/search?q=loads.
std::string name_of(const Json& message) {
  std::string url = member(message, "url");
  if (const auto scheme = url.find("://"); scheme != std::string::npos) {
    const auto path = url.find_first_of("/?#", scheme + 3);
    url = path == std::string::npos ? "/" : url.substr(path);
  }
  url.resize(std::min(url.size(), url.find_first_of("?#")));
  if (url.empty() || url[0] != '/') url.insert(0, "/");
  std::string method = member(message, "method");
  std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return (method.empty() ? "GET" : method) + " " + url;
}

int status_of(const Json& message) {
  const std::int64_t status = integer(message, "status", 0);
  return status >= 100 && status <= 999 ? static_cast<int>(status) : 0;
}

ExternalMessage unknown(std::string why) {
  ExternalMessage message;
  message.text = std::move(why);
  return message;
}

ExternalMessage read(const Json& json) {
  if (!json.is_object() || !json.contains("data_type")) return unknown("it is no JSON object with a data_type");
  const auto kind = kinds().find(member(json, "data_type"));
  if (kind == kinds().end()) return unknown("its data_type is \"" + member(json, "data_type") + "\"");
  ExternalMessage message;
  message.kind = kind->second;
  message.user = user_of(json);
  if (message.kind == Kind::failure || message.kind == Kind::error) message.text = trouble_of(json);
  if (message.kind == Kind::hit) {
    message.text = name_of(json);
    message.status = status_of(json);
    message.elapsed = elapsed_of(json);
  }
  if (message.kind == Kind::socket_message) message.number = std::clamp<std::int64_t>(integer(json, "size", 0), 0, kMostCount);
  if (message.kind == Kind::counter) {
    message.text = member(json, "name");
    message.number = std::clamp<std::int64_t>(integer(json, "by", 1), -kMostCount, kMostCount);
  }
  return message;
}

}  // namespace

ExternalMessage read_external_message(std::string_view bytes) {
  try {
    return read(Json::parse(bytes));
  } catch (const JsonError& error) {
    return unknown(error.what());
  }
}

}  // namespace loads::runner
