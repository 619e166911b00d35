# Everything comes from the distribution's packages; ./dev installs them.
find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS context)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(nlohmann_json REQUIRED)

# Beast and Asio are header-only; the separate-compilation macros keep their code in one object file each.
add_library(loads_boost INTERFACE)
target_link_libraries(loads_boost INTERFACE Boost::headers)
target_compile_definitions(loads_boost INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                                                 BOOST_ASIO_NO_DEPRECATED)

# ZeroMQ and its C++ face, msgpack, SQLite and OpenSSL's SHA-256. Each package names its targets differently from release to release.
find_package(PkgConfig REQUIRED)
pkg_check_modules(ZMQ REQUIRED IMPORTED_TARGET libzmq>=4.3.4)
add_library(loads_zmq INTERFACE)
target_link_libraries(loads_zmq INTERFACE PkgConfig::ZMQ)  # cppzmq is a header beside zmq.h

# What a service tells its manager; without systemd nothing is told, but the library is there.
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

# Only the packer is used, which is all headers. Where the package has a target it may need Boost for more than that.
find_path(LOADS_MSGPACK_INCLUDE_DIR msgpack.hpp REQUIRED)
add_library(loads_msgpack INTERFACE)
target_include_directories(loads_msgpack SYSTEM INTERFACE "${LOADS_MSGPACK_INCLUDE_DIR}")

# CRC-32C by the processor's own instruction: the broker's log takes tens of megabytes a second.
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)

# The interface of extension modules; the library itself is in whatever interpreter loads one.
pkg_check_modules(PYTHON REQUIRED IMPORTED_TARGET python3>=3.11)

find_package(SQLite3 REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto SSL)

# What the clients of tests need: HTTP/2, public suffixes of cookies, the codings of bodies, HTML.
find_package(ZLIB REQUIRED)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2>=1.43)
pkg_check_modules(PSL REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlidec)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(GUMBO REQUIRED IMPORTED_TARGET gumbo)
add_library(loads_client_libraries INTERFACE)
target_link_libraries(loads_client_libraries INTERFACE OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB PkgConfig::NGHTTP2 PkgConfig::PSL PkgConfig::BROTLI
                                                       PkgConfig::ZSTD PkgConfig::GUMBO nlohmann_json::nlohmann_json)
