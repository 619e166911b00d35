#pragma once

#include <optional>
#include <string>
#include <utility>

#include <loads/export.h>

namespace loads {

// A file for a form to upload, as WebTest's: with its content, or with the content of the file of that name.
struct LOADS_API Upload {
  explicit Upload(std::string filename_in, std::optional<std::string> content_in = std::nullopt, std::string content_type_in = {})
      : filename(std::move(filename_in)), content(std::move(content_in)), content_type(std::move(content_type_in)) {}

  std::string filename;
  std::optional<std::string> content;
  std::string content_type;  // empty: from the name
};

}  // namespace loads
