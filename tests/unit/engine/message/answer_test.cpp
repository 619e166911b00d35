#include "engine/message/answer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include <loads/response.h>

namespace loads::message {
namespace {

TEST(AnswerPool, GivesTheLastAnswerAgainEmpty) {
  AnswerPool pool;
  Answer* answer = pool.take();
  answer->status = 200;
  answer->head.append("OK");
  answer->reason_size = 2;
  answer->fields.push_back({});
  answer->body.append("body");
  answer->body_size = 4;
  answer->record.total = std::chrono::seconds(1);
  answer->release();
  ASSERT_EQ(pool.kept(), 1U);

  const Response again(pool.take());
  EXPECT_EQ(pool.kept(), 0U);
  EXPECT_EQ(again.status_code(), 0);
  EXPECT_EQ(again.reason(), "");
  EXPECT_EQ(again.header_count(), 0U);
  EXPECT_EQ(again.text(), "");
  EXPECT_EQ(again.size(), 0U);
  EXPECT_EQ(again.url(), "");
  EXPECT_EQ(again.elapsed().count(), 0);
}

TEST(AnswerPool, HoldsOnToNoLargeBody) {
  AnswerPool pool;
  Answer* answer = pool.take();
  answer->body.append(std::string(1U << 20U, 'x'));
  answer->release();
  answer = pool.take();
  EXPECT_EQ(answer->body.capacity(), 0U);
  answer->release();
}

TEST(AnswerPool, HoldsOnToABoundedNumber) {
  AnswerPool pool;
  std::vector<Response> responses;
  for (int i = 0; i < 3000; ++i) responses.emplace_back(pool.take());
  responses.clear();
  EXPECT_LE(pool.kept(), 1024U);
  EXPECT_GT(pool.kept(), 0U);
}

TEST(AnswerPool, LeavesWhatIsOutToThoseWhoHoldIt) {
  auto pool = std::make_unique<AnswerPool>();
  AnswerHandle last(pool->take());
  last->status = 404;
  last->body.append("kept");
  last->history.emplace_back(pool->take());
  AnswerHandle other(pool->take());
  AnswerHandle(pool->take()).reset();
  pool.reset();
  other.reset();
  std::thread([&] {
    EXPECT_EQ(last->body.view(), "kept");
    last.reset();
  }).join();
}

TEST(ResponseHandle, KeepsItsAnswerAsLongAsOneCopyLives) {
  AnswerPool pool;
  Answer* answer = pool.take();
  answer->body.append("shared");
  answer->body_size = 6;
  Response copy;
  {
    Response first(answer);
    const Response second = first;
    copy = second;
    Response moved = std::move(first);
    EXPECT_EQ(first.size(), 0U);  // NOLINT(bugprone-use-after-move): is empty
    Response& itself = moved;
    moved = itself;
    EXPECT_EQ(moved.text(), "shared");
  }
  EXPECT_EQ(pool.kept(), 0U);
  EXPECT_EQ(copy.text(), "shared");
  EXPECT_TRUE(copy.contains("are"));
  copy = Response();
  EXPECT_EQ(pool.kept(), 1U);
}

TEST(ResponseHandle, WithoutAnAnswerIsEmpty) {
  const Response none;
  EXPECT_EQ(none.status_code(), 0);
  EXPECT_FALSE(none.ok());
  EXPECT_EQ(none.text(), "");
  EXPECT_EQ(none.header("any"), "");
  EXPECT_THROW(none.header_at(0), std::out_of_range);
}

}  // namespace
}  // namespace loads::message
