#include "common/log.h"

#include <fcntl.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "common/failure.h"

namespace loads::log {
namespace {

struct Log {
  std::shared_ptr<spdlog::sinks::dist_sink_mt> sinks = std::make_shared<spdlog::sinks::dist_sink_mt>();
  spdlog::logger logger{"loads", sinks};

  Log() {
    sinks->add_sink(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger.set_pattern("%Y-%m-%d %H:%M:%S.%e %l: %v");
    logger.set_level(spdlog::level::info);
    logger.flush_on(spdlog::level::trace);  // each line: what was logged before a crash is what one looks for
  }
};

// Never destroyed: threads may still log while the process exits.
Log& the_log() {
  static Log& log = *std::make_unique<Log>().release();
  return log;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::off: return spdlog::level::off;
  }
  return spdlog::level::info;
}

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

std::string printable(std::string_view message) {
  std::string text;
  text.reserve(message.size());
  for (const char c : message) {
    if (!is_control(c)) {
      text += c;
    } else if (c == '\n') {
      text += "\\n";
    } else {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      text += escape.data();
    }
  }
  return text;
}

void write(Level level, std::string_view message) {
  spdlog::logger& logger = the_log().logger;
  if (logger.should_log(to_spdlog(level))) logger.log(to_spdlog(level), spdlog::string_view_t(printable(message)));
}

}  // namespace

std::optional<Level> parse_level(std::string_view name) {
  if (name == "debug") return Level::debug;
  if (name == "info") return Level::info;
  if (name == "warn" || name == "warning") return Level::warn;
  if (name == "error") return Level::error;
  if (name == "off") return Level::off;
  return std::nullopt;
}

void set_level(Level level) { the_log().logger.set_level(to_spdlog(level)); }

void open_file(const std::filesystem::path& path) {
  spdlog::file_event_handlers events;
  events.after_open = [](const spdlog::filename_t&, std::FILE* file) { ::fcntl(::fileno(file), F_SETFD, FD_CLOEXEC); };
  try {
    auto file = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string(), false, events);
    file->set_pattern("%Y-%m-%d %H:%M:%S.%e %l: %v");
    the_log().sinks->add_sink(std::move(file));
  } catch (const spdlog::spdlog_ex& error) {
    throw Failure(exit_code::local_resource, std::string("cannot write the log file: ") + error.what(), "output");
  }
}

void debug(std::string_view message) { write(Level::debug, message); }
void info(std::string_view message) { write(Level::info, message); }
void warn(std::string_view message) { write(Level::warn, message); }
void error(std::string_view message) { write(Level::error, message); }

}  // namespace loads::log
