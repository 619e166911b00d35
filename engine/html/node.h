#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gumbo.h>

namespace loads::html {

// What one asks of the parser's nodes.

bool is_element(const GumboNode& node, GumboTag tag);
std::optional<std::string> attribute(const GumboNode& element, const char* name);  // decoded; none when it is not there
std::string attribute_or(const GumboNode& element, const char* name, std::string_view otherwise);
std::string text_of(const GumboNode& element);                                 // all text in it
std::string tidy_text_of(const GumboNode& element);                            // blanks collapsed, none at the ends
std::string_view content_of(const GumboNode& element, std::string_view page);  // its HTML, as it stands in the page

}  // namespace loads::html
