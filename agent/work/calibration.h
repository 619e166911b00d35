#pragma once

#include <filesystem>
#include <optional>

#include "proto/calibration.h"

namespace loads::agent {

// What this machine can do, kept in `folder` for all agents that have their state there or below it.
inline constexpr const char* kCalibrationFile = "calibration.ini";

// Has the worker's executable measure it, which takes some seconds. Throws Failure.
proto::Calibration measure(const std::filesystem::path& runner);

// On the disk when it returns, whole or not at all; the file's name. Throws Failure(local_resource).
std::filesystem::path keep(const proto::Calibration& calibration, const std::filesystem::path& folder);

// As it was kept, and whether it may hold no longer. Nothing when there is none, or none that can be read, which the log says.
std::optional<proto::Calibration> kept_calibration(const std::filesystem::path& folder);

// For people, some lines.
std::string to_text(const proto::Calibration& calibration);

}  // namespace loads::agent
