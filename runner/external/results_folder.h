#pragma once

#include <filesystem>
#include <string>

namespace loads::runner {

// A folder that only this user can enter, with the file of the socket at which processes report. Gone with this object.
class ResultsFolder {
 public:
  ResultsFolder();  // throws Failure(local_resource)
  ~ResultsFolder();
  ResultsFolder(const ResultsFolder&) = delete;
  ResultsFolder& operator=(const ResultsFolder&) = delete;

  std::string endpoint() const { return "ipc://" + (folder_ / "results").string(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace loads::runner
