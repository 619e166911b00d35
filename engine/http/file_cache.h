#pragma once

#include <map>
#include <string>

namespace loads::http {

// Small files that requests name again and again (certificates), each read once. Of one thread.
class FileCache {
 public:
  const std::string& read(const std::string& path);  // throws InvalidRequest

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace loads::http
