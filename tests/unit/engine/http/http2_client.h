#pragma once

#include <cstdint>

#include "support/client_harness.h"
#include "support/http2_frames.h"
#include "support/scripted_server.h"

namespace loads::http {

namespace h2 = support::h2;
using metrics::RequestError;
using support::ClientHarness;
using support::message_of;
using support::Peer;
using support::ScriptedServer;

inline ClientSettings over_http2() {
  ClientSettings settings = ClientHarness::quick();
  settings.net.http_version = net::HttpVersion::h2c;
  return settings;
}

inline void answer_all(Peer& peer) {
  h2::greet(peer);
  while (true) peer.send(h2::ok(h2::read_request(peer)));
}

inline std::uint64_t errors(ClientHarness& harness, RequestError error) { return harness.all().errors[static_cast<std::size_t>(error)]; }

}  // namespace loads::http
