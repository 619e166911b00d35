#pragma once

#include <memory>
#include <string>

#include "engine/tls/options.h"

struct ssl_ctx_st;

namespace loads::tls {

// What the connections of one thread that are made by the same options share: OpenSSL's SSL_CTX. The system's authorities, which take
// milliseconds to read, are read once for all contexts.
class Context {
 public:
  // Throws std::invalid_argument, which says what is wrong with which of them.
  explicit Context(const Options& options);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const Options& options() const { return options_; }
  ssl_ctx_st* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };

  void trust();
  void use_certificate();

  const Options options_;
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace loads::tls
