// The one home of Asio's and Beast's compiled code in what links loads_target_server (the engine has a home of its own).
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
