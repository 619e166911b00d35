#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "proto/bundle/container.h"

struct evp_md_ctx_st;

namespace loads::bundle {

// SHA-256 of bytes that come in pieces. The name of a bundle is that of its bytes.
class Sha256 {
 public:
  Sha256();
  void add(Bytes bytes);
  std::string finish();  // 64 lower-case hex digits; once, at the end

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

std::string sha256_of(Bytes bytes);

// Whether `text` can be the name of a bundle. Nothing else becomes a part of a path.
bool is_sha256(std::string_view text);

}  // namespace loads::bundle
