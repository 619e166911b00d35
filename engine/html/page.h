#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/html/form.h"

namespace loads::html {

// <a href>, or <button onclick> with a location.href in it. Views into the text of the page.
struct Link {
  std::string href;
  std::string id;
  std::string_view content;  // its HTML, of which the beginning (1 KiB) is enough to know it by
};

// What a test can do with a page: its forms and links. Plain values; the parser's tree is gone.
struct Page {
  std::string base;  // of <base href>; empty: none
  std::vector<std::unique_ptr<Form>> forms;
  std::vector<Link> links;
  std::vector<Link> buttons;
};

// Reads a page as browsers do (HTML5). `text` outlives the page, and may be anything. Throws PageError.
Page read_page(std::string_view text);

}  // namespace loads::html
