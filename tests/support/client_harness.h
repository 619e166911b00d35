#pragma once

#include <dirent.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <loads/response.h>

#include "common/metrics/recorder.h"
#include "engine/dns/resolver.h"
#include "engine/fiber/loop.h"
#include "engine/http/client.h"

namespace loads::support {

// What an HTTP client needs around it, and a way into a fiber: everything that one thread of the engine has.
class ClientHarness {
 public:
  explicit ClientHarness(http::ClientSettings settings = quick(), dns::Resolver::Lookup lookup = dns::system_lookup,
                         bool resolve_once = true)
      : loop(4), resolver(resolve_once, std::move(lookup)), context(loop, resolver, recorder, std::move(settings)) {}

  // Timeouts that end a test which would hang.
  static http::ClientSettings quick() {
    http::ClientSettings settings;
    settings.timeout = std::chrono::seconds(20);
    return settings;
  }

  // Runs the body in a fiber of its own, with a client of its own. What it throws is thrown here.
  void run(const std::function<void(http::Client&)>& body) {
    fiber::run_blocking(loop, [&] {
      http::Client client(context);
      body(client);
    });
  }

  // One request, on a connection of its own.
  Response get(std::string_view url, const RequestOptions& options = {}) {
    Response response;
    run([&](http::Client& client) { response = Response(client.request("GET", "", url, &options)); });
    return response;
  }

  // In a fiber: until what other threads do has come so far.
  void wait_until(const std::function<bool()>& there) {
    while (!there()) loop.sleep_until(fiber::Clock::now() + std::chrono::milliseconds(1));
  }

  const metrics::RequestStats& stats(const std::string& name) { return recorder.slice().requests[name]; }
  metrics::RequestStats all() { return recorder.slice().all_requests(); }

  fiber::Loop loop;
  metrics::Recorder recorder;
  dns::Resolver resolver;  // goes before the loop: what it has still to say it says to the loop
  http::ClientContext context;
};

inline Response get(http::Client& client, std::string_view url) { return Response(client.request("GET", "", url, nullptr)); }

inline Response request(http::Client& client, std::string_view method, std::string_view url, const RequestOptions& options = {}) {
  return Response(client.request(method, "", url, &options));
}

// The message of the exception of type Error that `action` throws, or what it did instead.
template <typename Error>
std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  } catch (const std::exception& other) {
    return std::string("another exception: ") + other.what();
  }
  return "no exception";
}

inline std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

}  // namespace loads::support
