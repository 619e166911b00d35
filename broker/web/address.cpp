#include "broker/web/address.h"

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "common/failure.h"

namespace loads::broker::web {
namespace {

namespace ip = boost::asio::ip;

[[noreturn]] void refuse(const std::string& message) { throw Failure(exit_code::usage, message, "web"); }

// "host" and "port" of "host:port" and "[host]:port"; no port: empty.
std::pair<std::string, std::string> split(std::string_view text) {
  const auto bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = text.substr(0, colon);
  if (bracket != std::string_view::npos && host.size() == bracket + 1) host = host.substr(1, bracket - 1);
  return {std::string(host), std::string(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1))};
}

std::optional<std::uint16_t> port_of(const std::string& text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(port) : std::nullopt;
}

std::string numeric(const std::string& host) { return host == "localhost" ? "127.0.0.1" : host; }

}  // namespace

Address parse_address(const std::string& text) {
  const auto [host, port_text] = split(text);
  const auto port = port_of(port_text);
  boost::system::error_code error;
  const ip::address address = ip::make_address(numeric(host), error);
  if (!port || error) refuse("--web: \"" + text + "\" is no address and port: 127.0.0.1:8989.");
  if (!address.is_loopback())
    refuse("--web: " + text + " could be reached from other machines, and whoever reaches it reads everything. Listen at 127.0.0.1:" +
           port_text + ", and reach it from elsewhere through ssh -L " + port_text + ":127.0.0.1:" + port_text + " HOST.");
  return {address.to_string(), *port};
}

bool is_loopback_host(std::string_view text) {
  const auto [host, port] = split(text);
  if (!port.empty() && !port_of(port)) return false;
  boost::system::error_code error;
  const ip::address address = ip::make_address(numeric(host), error);
  return !error && address.is_loopback();
}

}  // namespace loads::broker::web
