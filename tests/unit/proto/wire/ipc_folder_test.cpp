#include "proto/wire/ipc_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "proto/wire/listener.h"
#include "wire_test.h"

namespace loads::wire {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Leaves a socket file behind as a process does that is killed.
void leave_stale_socket(const fs::path& file) {
  const pid_t child = ::fork();
  if (child == 0) {
    const Listener listener("ipc://" + file.string());
    ::_exit(0);  // without destructors
  }
  ::waitpid(child, nullptr, 0);
}

class IpcFolderTest : public testing::Test {
 protected:
  std::string refused(const fs::path& folder, const std::string& id) {
    const Refusal found = refusal([&] { const IpcFolder hold(folder); });
    EXPECT_EQ(found.code, exit_code::local_resource) << found.message;
    EXPECT_EQ(found.id, id) << found.message;
    return found.message;
  }

  TemporaryFolder parent_;
  fs::path folder_ = parent_.path() / "state" / "loads";
};

TEST_F(IpcFolderTest, IsMadeForUsAlone) {
  const IpcFolder hold(folder_);
  EXPECT_EQ(mode_of(folder_), 0700u);
}

TEST_F(IpcFolderTest, ThatOthersMayEnterButNotWriteToIsTaken) {
  fs::create_directories(folder_);
  ::chmod(folder_.c_str(), 0750);
  const IpcFolder hold(folder_);
  EXPECT_EQ(mode_of(folder_), 0750u);
}

TEST_F(IpcFolderTest, ThatOthersMayWriteToIsRefused) {
  fs::create_directories(folder_);
  for (const mode_t mode : {0770, 0707, 01777}) {
    ::chmod(folder_.c_str(), mode);
    EXPECT_THAT(refused(folder_, "ipc-folder"), HasSubstr("chmod 700 " + folder_.string()));
  }
}

TEST_F(IpcFolderTest, OfAnotherUserIsRefused) {
  fs::create_directories(folder_);
  if (::chown(folder_.c_str(), 12345, 12345) != 0) GTEST_SKIP() << "only root can give a folder away";
  ::chmod(folder_.c_str(), 0700);
  EXPECT_THAT(refused(folder_, "ipc-folder"), HasSubstr("belongs to the user 12345"));
}

TEST_F(IpcFolderTest, ThatIsALinkOrAFileIsRefused) {
  fs::create_directory_symlink(parent_.path(), parent_.path() / "link");
  std::ofstream(parent_.path() / "file") << "x";
  EXPECT_THAT(refused(parent_.path() / "link", "ipc-folder"), HasSubstr("no folder, or a link"));
  EXPECT_THAT(refused(parent_.path() / "file", "ipc-folder"), HasSubstr("no folder, or a link"));
}

TEST_F(IpcFolderTest, HasOneBroker) {
  {
    const IpcFolder hold(folder_);
    EXPECT_THAT(refused(folder_, "in-use"), HasSubstr("a broker is running in " + folder_.string()));
  }
  const IpcFolder next(folder_);
}

TEST_F(IpcFolderTest, WithoutItsLockIsStillNotTakenFromAServer) {
  fs::create_directories(folder_);
  ::chmod(folder_.c_str(), 0700);
  const Listener listener("ipc://" + (folder_ / "backend.ipc").string());
  EXPECT_THAT(refused(folder_, "in-use"), HasSubstr("a broker is running"));
}

TEST_F(IpcFolderTest, LosesFilesOnWhichNobodyListens) {
  fs::create_directories(folder_);
  ::chmod(folder_.c_str(), 0700);
  leave_stale_socket(folder_ / "frontend.ipc");
  ASSERT_TRUE(fs::exists(folder_ / "frontend.ipc"));
  const IpcFolder hold(folder_);
  EXPECT_FALSE(fs::exists(folder_ / "frontend.ipc"));
}

TEST_F(IpcFolderTest, KeepsAFileThatIsNoSocket) {
  fs::create_directories(folder_);
  ::chmod(folder_.c_str(), 0700);
  std::ofstream(folder_ / "publisher.ipc") << "precious";
  EXPECT_THAT(refused(folder_, "ipc-folder"), HasSubstr("it is no socket"));
  EXPECT_EQ(content_of(folder_ / "publisher.ipc"), "precious");
}

}  // namespace
}  // namespace loads::wire
