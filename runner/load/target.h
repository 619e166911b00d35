#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace loads::runner {

// What the word TEST of the command line means. Pure values; nothing is looked up.

struct UrlTarget {
  std::string url;
  bool scheme_added = false;  // the user wrote "localhost:9200"
};

struct FileTarget {  // "path/to/example.cpp:TestWebSite.test_es"
  std::filesystem::path file;
  std::string class_name;  // empty: not said
  std::string test_name;
};

struct DottedTarget {  // "example.TestWebSite.test_es": which parts name the module is known when it is found
  std::vector<std::string> parts;
};

using Target = std::variant<UrlTarget, FileTarget, DottedTarget>;

// Throws Failure(usage) when `text` is none of these.
Target read_target(const std::string& text);

}  // namespace loads::runner
