#include "runner/load/test_source.h"

#include <filesystem>

#include "proto/bundle/module_file.h"

namespace loads::runner {
namespace {

proto::TestSource url_source(const UrlRequest& request) {
  proto::TestSource source;
  source.url = request.url;
  source.method = method_of(request);
  source.data = request.data;
  return source;
}

}  // namespace

proto::TestSource source_of(const LoadedTest& loaded) {
  if (loaded.url) return url_source(*loaded.url);
  proto::TestSource source;
  if (loaded.external) {
    source.external = *loaded.external;
    return source;
  }
  source.class_name = loaded.class_name;
  source.test_name = loaded.test_name;
  if (loaded.python) {
    source.module = loaded.python->path;
  } else {
    source.module = std::filesystem::path(loaded.origin).stem().string() + ".so";
    source.machine = bundle::machine_name();
  }
  return source;
}

}  // namespace loads::runner
