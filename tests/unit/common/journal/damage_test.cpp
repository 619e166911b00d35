#include <gtest/gtest.h>

#include <optional>

#include "common/failure.h"
#include "unit/common/journal/journal_folder.h"

// What replay makes of files that a crash cut short, or that have gone bad.
namespace loads::journal {
namespace {

constexpr Options kQuick{.sync = false};

void commit(Journal& journal, std::string_view text) {
  append(journal, text);
  ASSERT_TRUE(journal.commit().ok());
}

// Records of several sizes, in one segment.
Strings write_records(const JournalFolder& folder) {
  const Strings records{"one", "", "three", std::string(40, 'x'), std::string(9, '\0'), "last"};
  Journal journal(folder.path(), kQuick);
  for (const std::string& record : records) commit(journal, record);
  return records;
}

bool is_prefix(const Strings& part, const Strings& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

std::string refusal_of(const std::filesystem::path& folder) {
  try {
    const Journal journal(folder, kQuick);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::local_resource);
    return failure.what();
  }
  return {};
}

TEST(Journal, ATornTailIsCut) {
  const JournalFolder folder;
  const Strings records = write_records(folder);
  const std::string whole = read_file(folder.segment(1));
  write_file(folder.segment(1), whole + "rest");

  Journal journal(folder.path(), kQuick);
  EXPECT_EQ(replayed(journal), records);
  ASSERT_TRUE(journal.cut().has_value());
  EXPECT_EQ(journal.cut()->file, folder.segment(1));
  EXPECT_EQ(journal.cut()->offset, whole.size());
  EXPECT_EQ(journal.cut()->bytes, 4u);
  EXPECT_EQ(read_file(folder.segment(1)), whole);
  commit(journal, "more");
  EXPECT_EQ(replayed(Journal(folder.path(), kQuick)).back(), "more");
}

TEST(Journal, ZerosBehindTheEndAreNoRecords) {
  const JournalFolder folder;
  const Strings records = write_records(folder);
  write_file(folder.segment(1), read_file(folder.segment(1)) + std::string(4096, '\0'));
  const Journal journal(folder.path(), kQuick);
  EXPECT_EQ(replayed(journal), records);
  EXPECT_EQ(journal.cut()->bytes, 4096u);
}

TEST(Journal, CutAnywhereItGivesTheRecordsBefore) {
  const JournalFolder folder;
  const Strings records = write_records(folder);
  const std::string whole = read_file(folder.segment(1));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_file(folder.segment(1), whole.substr(0, size));
    Journal journal(folder.path(), kQuick);
    const Strings found = replayed(journal);
    ASSERT_TRUE(is_prefix(found, records)) << size;
    ASSERT_EQ(journal.bytes() + (journal.cut() ? journal.cut()->bytes : 0), size);
    // No record that was whole is lost: the next one does not fit into what was left.
    ASSERT_GT(journal.bytes() + kHeadSize + records[found.size()].size(), size);
    commit(journal, "more");
    ASSERT_EQ(replayed(Journal(folder.path(), kQuick)).size(), found.size() + 1);
  }
}

TEST(Journal, AFlippedBitAnywhereGivesTheRecordsBefore) {
  const JournalFolder folder;
  const Strings records = write_records(folder);
  const std::string whole = read_file(folder.segment(1));
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    write_file(folder.segment(1), damaged);
    const Journal journal(folder.path(), kQuick);
    ASSERT_TRUE(is_prefix(replayed(journal), records)) << bit;
    ASSERT_TRUE(journal.cut().has_value());
    ASSERT_LE(journal.cut()->offset, bit / 8);
  }
}

TEST(Journal, DamageBeforeTheLastSegmentIsRefused) {
  const JournalFolder folder;
  {
    Journal journal(folder.path(), {.sync = false, .segment_bytes = 20});
    for (const char* text : {"one", "two", "three"}) commit(journal, text);
  }
  const std::string whole = read_file(folder.segment(1));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_file(folder.segment(1), whole.substr(0, size));
    if (size % 12 == 0) continue;  // between two records, where nothing tells that one is missing
    const std::string expected = folder.segment(1).string() + " is damaged at byte " + std::to_string(size / 12 * 12);
    ASSERT_NE(refusal_of(folder.path()).find(expected), std::string::npos) << size;
    ASSERT_EQ(read_file(folder.segment(1)).size(), size) << "nothing is cut";
  }
}

TEST(Journal, AMissingSegmentIsRefused) {
  const JournalFolder folder;
  {
    Journal journal(folder.path(), {.sync = false, .segment_bytes = 1});
    for (const char* text : {"one", "two", "three"}) commit(journal, text);
  }
  std::filesystem::remove(folder.segment(2));
  EXPECT_NE(refusal_of(folder.path()).find(folder.segment(2).string() + " is missing"), std::string::npos);
}

TEST(Journal, ADamagedCheckpointIsRefusedAndLeftAsItIs) {
  const JournalFolder folder;
  {
    Journal journal(folder.path(), kQuick);
    ASSERT_TRUE(journal.checkpoint(bytes_of("the state")).ok());
    commit(journal, "one");
  }
  std::string damaged = read_file(folder.segment(2));
  damaged[12] ^= 1;
  write_file(folder.segment(2), damaged);
  EXPECT_NE(refusal_of(folder.path()).find(folder.segment(2).string() + " is damaged at byte 0"), std::string::npos);
  EXPECT_EQ(read_file(folder.segment(2)), damaged);
}

TEST(Journal, DamageThatComesWhileItIsOpenIsNoticed) {
  const JournalFolder folder;
  Journal journal(folder.path(), kQuick);
  commit(journal, "one");
  std::string damaged = read_file(folder.segment(1));
  damaged.back() ^= 1;
  write_file(folder.segment(1), damaged);
  EXPECT_THROW(replayed(journal), Failure);
}

TEST(Journal, WhatACrashInACheckpointLeavesIsRemoved) {
  const JournalFolder folder;
  {
    Journal journal(folder.path(), kQuick);
    commit(journal, "one");
  }
  std::filesystem::copy_file(folder.segment(1), folder.path() / "kept");
  {
    Journal journal(folder.path(), kQuick);
    ASSERT_TRUE(journal.checkpoint(bytes_of("state")).ok());
  }
  std::filesystem::rename(folder.path() / "kept", folder.segment(1));
  write_file(folder.path() / "checkpoint.tmp", "half");
  EXPECT_EQ(replayed(Journal(folder.path(), kQuick)), Strings{"=state"});
  EXPECT_EQ(folder.names(), Strings{"00000002.journal"});
}

}  // namespace
}  // namespace loads::journal
