#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

// The log: one line each, to stderr, so that stdout carries results alone; also to a file where --logfile names one. Any thread may write.
// Bytes that would steer a terminal are written as \x1b and the like, because messages quote what servers and files say.
namespace loads::log {

enum class Level : std::uint8_t { debug, info, warn, error, off };

std::optional<Level> parse_level(std::string_view name);  // "debug", "info", "warn", "error", "off"

void set_level(Level level);                        // what is below is dropped; info to begin with
void open_file(const std::filesystem::path& path);  // appends; throws loads::Failure(exit_code::local_resource)

void debug(std::string_view message);
void info(std::string_view message);
void warn(std::string_view message);
void error(std::string_view message);

}  // namespace loads::log
