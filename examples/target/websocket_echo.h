#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "examples/target/counters.h"

namespace loads::target {

// Makes the connection a web socket, with the first subprotocol that is asked for and permessage-deflate if it is offered, and sends every
// message back, text as text and binary as binary, until its client closes; or behaves worse, if the path asks for it
// (websocket_manners.h). `received` are the bytes that were read from it so far: the whole request for the upgrade at least.
void start_websocket_echo(boost::asio::ip::tcp::socket socket, std::string received, Counters& counters, Counters::Open open);

}  // namespace loads::target
