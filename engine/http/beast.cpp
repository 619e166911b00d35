// The one place where Beast's and Asio's own code is compiled (cmake/Dependencies.cmake: separate compilation).
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
