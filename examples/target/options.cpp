#include "examples/target/options.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <map>

#include "common/failure.h"

namespace loads::target {
namespace {

constexpr const char* kDescription =
    "A web server to point load tests at: it behaves as the path asks, echoes web sockets and counts its answers (GET /count, GET /stats).";
constexpr const char* kPaths = R"(Paths:
  /, /search, any other   200, "Search" in the body     /slow/MS           answers after MS milliseconds
  /work/N/MS              N at a time, MS milliseconds each: N * 1000 / MS a second is all it can do
  /status/CODE            that status                   /redirect/N        N + 1 redirections that end at /
  /redirect/STATUS/N      the same with that status     /basic             401, but for anna with the password "secret"
  /cookie                 sets a cookie, shows yours    /gzip/N            N bytes, packed
  /echo (POST)            your body                     /upload (POST)     counts the files of a form
  /bytes/N                N bytes                       /chunked, /chunked/N   chunked, N bytes
  /headers/N              N headers                     /drip/N/MS         N bytes, one each MS milliseconds
  /form                   a form and a link
  /close                  Connection: close             /close-delimited   no length, ended by closing
  /idle-close/MS          answers, then closes the idle connection without saying so
  /reset, /stall, /truncated, /malformed, /endless, /endless-head    no good answer
  /count, /stats          what was answered             /reset-counts (POST)
Web sockets (any path with Upgrade: websocket) echo text and binary messages, with the first subprotocol that is asked for, and compressed
when that is offered. What else they do after the first message:
  /ws-ping                a ping before each answer     /ws-fragments     answers in pieces
  /ws-close/CODE          closes with that code         /ws-never-close   answers nothing any more, no close frame either
  /ws-masked, /ws-bad-utf8, /ws-oversize, /ws-reserved, /ws-bad-close, /ws-half-frame, /ws-drop    what no server may do)";

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv) {
  Options options;
  double delay_seconds = 0;
  CLI::App app(kDescription, "loads-target");
  app.footer(kPaths);
  app.add_option("--address", options.address, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "Port to listen on; 0 takes any free one")->capture_default_str();
  app.add_option("--delay", delay_seconds, "Time before every answer: 0.5, 500ms, 2s")
      ->transform(CLI::AsNumberWithUnit(std::map<std::string, double>{{"s", 1}, {"ms", 0.001}}))
      ->check(CLI::Range(0.0, 86400.0));
  app.add_option("--status", options.status, "Status of the ordinary answers")->check(CLI::Range(200, 999))->capture_default_str();
  app.add_option("--threads", options.threads, "Threads that answer")->check(CLI::Range(1, 256))->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw Failure(exit_code::usage, std::string(error.what()) + ". See loads-target --help.", "options");
  }
  options.delay = std::chrono::milliseconds(std::llround(delay_seconds * 1000));
  return options;
}

}  // namespace loads::target
