#include "agent/work/worker_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loads::agent {
namespace {

using testing::ElementsAre;

TEST(WorkerEnvironment, KeepsWhatATestMayNeed) {
  EXPECT_THAT(worker_environment({"PATH=/usr/bin:/bin", "HOME=/root", "LANG=C.UTF-8", "http_proxy=http://proxy:3128", "EMPTY="}),
              ElementsAre("PATH=/usr/bin:/bin", "HOME=/root", "LANG=C.UTF-8", "http_proxy=http://proxy:3128", "EMPTY="));
}

TEST(WorkerEnvironment, LeavesOutWhatIsTheAgentsOwn) {
  EXPECT_THAT(worker_environment({"LOADS_OPT_USERS=5", "LOADS_WORKER_SOCKET=3", "CREDENTIALS_DIRECTORY=/run/c", "NOTIFY_SOCKET=@x",
                                  "LISTEN_FDS=2", "STATE_DIRECTORY=/var/lib/loads", "WATCHDOG_USEC=1", "SSH_AUTH_SOCK=/tmp/s"}),
              ElementsAre());
}

TEST(WorkerEnvironment, LeavesOutWhatNamesSecrets) {
  for (const char* name : {"AWS_SECRET_ACCESS_KEY", "api_key", "GITHUB_TOKEN", "PGPASSWORD", "Db_Passwd", "GOOGLE_APPLICATION_CREDENTIALS"})
    EXPECT_TRUE(is_kept_from_tests(name)) << name;
  EXPECT_FALSE(is_kept_from_tests("TERM"));
}

}  // namespace
}  // namespace loads::agent
