#include "runner/options/parse_connections.h"

#include <charconv>
#include <cstdlib>
#include <stdexcept>

#include "common/failure.h"
#include "engine/http/proxy_url.h"
#include "runner/options/parse.h"
#include "runner/options/parse_files.h"

namespace loads::runner::parse {
namespace {

// The next part of "[::1]:80:host:81": up to a colon that is not in brackets.
std::string take_part(std::string_view& rest) {
  std::size_t end = rest.find(':');
  std::string part;
  if (rest.starts_with('[') && rest.find(']') != std::string_view::npos) {
    const std::size_t bracket = rest.find(']');
    end = rest.find(':', bracket);
    part = rest.substr(1, bracket - 1);
  } else {
    part = rest.substr(0, end);
  }
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

std::uint16_t port_of(const std::string& part) {
  std::uint16_t port = 0;
  if (part.empty()) return port;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), port);
  if (error != std::errc() || end != part.data() + part.size()) throw std::invalid_argument("\"" + part + "\" is no port");
  return port;
}

std::string variable(const char* name, const char* upper_case) {
  const char* value = std::getenv(name);
  if ((value == nullptr || *value == '\0') && upper_case != nullptr) value = std::getenv(upper_case);
  return value == nullptr ? "" : value;
}

std::optional<net::Proxy> proxy_in(const char* name, const char* upper_case, const std::string& otherwise) {
  const std::string url = variable(name, upper_case);
  if (url.empty() && otherwise.empty()) return {};
  try {
    return http::parse_proxy(url.empty() ? otherwise : url);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(std::string(url.empty() ? "all_proxy" : name) + ": " + error.what());
  }
}

std::vector<std::string> hosts(const std::string& list) {
  std::vector<std::string> found;
  std::string host;
  for (const char c : list + ",") {
    if (c != ',' && c != ' ') {
      host += c;
    } else if (!host.empty()) {
      found.push_back(std::exchange(host, {}));
    }
  }
  return found;
}

}  // namespace

std::shared_ptr<const session::Netrc> netrc(const Texts& texts) {
  const std::string word = text(texts);
  if (word.empty() || word == "false") return nullptr;
  const char* home = std::getenv("HOME");
  if (word == "true" && home == nullptr) throw std::invalid_argument("there is no $HOME to find .netrc in: name the file");
  const std::string path = word == "true" ? std::string(home) + "/.netrc" : word;
  try {
    return std::make_shared<const session::Netrc>(session::Netrc::parse(file({path}), path));
  } catch (const Failure& failure) {
    throw std::invalid_argument(failure.what());
  }
}

net::ConnectTo connect_to(const std::string& word) {
  std::string_view rest = word;
  net::ConnectTo out;
  out.host = take_part(rest);
  out.port = port_of(take_part(rest));
  out.new_host = take_part(rest);
  out.new_port = port_of(take_part(rest));
  if (!rest.empty() || (out.new_host.empty() && out.new_port == 0))
    throw std::invalid_argument("\"" + word + "\" is not HOST:PORT:NEW_HOST:NEW_PORT");
  return out;
}

net::Proxies proxy(const std::string& url) {
  net::Proxies out;
  if (url.empty()) return out;
  out.plain = out.secure = http::parse_proxy(url);
  return out;
}

net::Proxies proxies_of_environment() {
  const std::string all = variable("all_proxy", "ALL_PROXY");
  net::Proxies out;
  out.plain = proxy_in("http_proxy", nullptr, all);
  out.secure = proxy_in("https_proxy", "HTTPS_PROXY", all);
  out.except = hosts(variable("no_proxy", "NO_PROXY"));
  return out;
}

}  // namespace loads::runner::parse
