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
