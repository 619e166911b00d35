// The one home of Asio's and Beast's compiled code in loads-broker.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
