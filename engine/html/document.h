#pragma once

#include <memory>
#include <stdexcept>
#include <string_view>

#include <gumbo.h>

namespace loads::html {

// A page that is not read: it would take more memory or time than a page may.
struct PageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The tree that a browser would make of a page. The text comes from a server, so what is spent on it is bounded: 64 MiB, and half a second
// of this thread, whatever stands in it. Does not suspend.
class Document {
 public:
  // `text` outlives this: the tree points into it. Throws PageError.
  explicit Document(std::string_view text);
  ~Document();
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  const GumboNode& root() const { return *output_->root; }

 private:
  struct Budget;
  std::unique_ptr<Budget> budget_;
  const GumboOutput* output_;
};

}  // namespace loads::html
