#include "engine/http/answer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include <loads/response.h>

namespace loads::http {
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
  answer->url = "http://x/";
  answer->elapsed = std::chrono::seconds(1);
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

TEST(AnswerPool, MayGoBeforeItsAnswers) {
  auto pool = std::make_unique<AnswerPool>();
  Response one(pool->take());
  Answer* const answer = pool->take();
  answer->body.append("kept");
  answer->body_size = 4;
  pool.reset();
  one = Response(answer);
  EXPECT_EQ(one.text(), "kept");
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

TEST(ByteBuffer, GrowsWithoutLosingWhatIsThere) {
  ByteBuffer buffer;
  buffer.append("");
  EXPECT_EQ(buffer.view(), "");
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    buffer.append(std::to_string(i));
    expected += std::to_string(i);
  }
  EXPECT_EQ(buffer.view(), expected);
  auto room = buffer.room(3);
  room[0] = 'e';
  room[1] = 'n';
  room[2] = 'd';
  buffer.filled(3);
  buffer.drop_front(expected.size() - 1);
  EXPECT_EQ(buffer.view(), "9end");
  buffer.drop_front(4);
  EXPECT_EQ(buffer.size(), 0U);
  buffer.release();
  EXPECT_EQ(buffer.capacity(), 0U);
}

}  // namespace
}  // namespace loads::http
