#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "common/descriptor.h"

namespace loads::observer {

// `sh -c COMMAND` in a session of its own, with `input` on its standard input, and the last of what it prints. Killed by the destructor,
// with its process group, when it still runs. Belongs to one thread.
class Shell {
 public:
  Shell(const std::string& command, std::vector<std::string> environment, const std::string& input);
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  const std::string& trouble() const { return trouble_; }  // why it could not be started; empty: it was
  bool has_ended(int milliseconds);                        // waits so long for it
  int wait();                                              // its status, as waitpid() has it
  std::string last_line() const;                           // that it has printed; empty: none

 private:
  int spawn(std::string command, std::vector<std::string> environment, int input, int output);
  void read_output();

  pid_t pid_ = -1;
  Descriptor output_;
  Descriptor end_;  // readable when it has ended
  std::string said_;
  std::string trouble_;
};

}  // namespace loads::observer
