#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <loads/request_options.h>

#include "engine/message/body_source.h"

namespace loads::http {

using message::BodySource;

// What a request carries. Only a view: it is owned by a MadeBody, or by the options of the test.
struct Body {
  bool present = false;
  std::string_view bytes{};
  BodySource* source = nullptr;  // in place of `bytes`
  std::string_view type{};       // Content-Type, unless a header gives another one; empty: none

  std::uint64_t size() const { return source != nullptr ? source->size() : bytes.size(); }
};

// The body that a test's options ask for, with what had to be made for it. The options outlive it.
class MadeBody {
 public:
  explicit MadeBody(const RequestOptions& options);  // throws InvalidRequest
  MadeBody(const MadeBody&) = delete;
  MadeBody& operator=(const MadeBody&) = delete;

  Body view() const { return {present_, bytes_, source_.get(), type_}; }

 private:
  bool present_ = false;
  std::string_view bytes_;
  std::string_view type_;
  std::string made_;  // what bytes_, or type_ of a source, may point to
  std::unique_ptr<BodySource> source_;
};

}  // namespace loads::http
