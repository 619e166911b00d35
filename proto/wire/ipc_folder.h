#pragma once

#include <filesystem>

#include "common/descriptor.h"

namespace loads::wire {

// A broker's hold on the folder of its socket files: one broker per folder. Whoever can enter the folder may do everything at the broker,
// so it has to be ours alone; and ZeroMQ takes a socket file from a living server without asking, so the hold comes before the sockets. Its
// end, or the end of the process, however it comes, lets the folder go.
class IpcFolder {
 public:
  // Makes the folder (0700) where it is missing, takes hold of it, and removes socket files on which nobody listens. Throws
  // loads::Failure(exit_code::local_resource): "ipc-folder" when the folder is a link, not ours, or others may write to it; "in-use" when
  // a broker is there.
  explicit IpcFolder(const std::filesystem::path& folder);

 private:
  Descriptor lock_;
};

// Whether somebody listens on the socket file. Removes a socket file that nobody listens on; throws when it is another kind of file.
bool is_listened_on(const std::filesystem::path& socket_file);

}  // namespace loads::wire
