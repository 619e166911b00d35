// Tests that are fed with data. Start a server and run them:
//
//   loads-target --port 9200 &
//   loads-runner feeder.Login -u 3 -c 2
//   loads-runner feeder.Login --agents 2 --include-file data     # in this folder: agents get the file too
#include <loads/loads.h>

// data/users.csv lies beside this file: a line with the names of the columns, then a user in each.
struct Login : loads::TestCase {
  Login() { default_server_url("http://localhost:9200"); }

  loads::Feeder users = loads::csv("data/users.csv");
};

// Each virtual user takes the rows in their order, again and again.
LOADS_TEST(Login, every_user) {
  auto row = users.next();
  auto answer = session.post("/echo", {.data = row.pairs(), .name = "log in"});
  EXPECT_THAT(answer.text(), testing::StartsWith("user=" + std::string(row["user"])));
}
