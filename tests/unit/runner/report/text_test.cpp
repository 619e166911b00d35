#include "runner/report/text.h"

#include <gmock/gmock.h>

#include <string>

namespace loads::runner {
namespace {

using testing::ElementsAre;

TEST(Printable, PlainTextStaysAsItIs) { EXPECT_EQ(printable("GET /search"), "GET /search"); }

TEST(Printable, EscapeSequencesAreShownAndNotSent) {
  EXPECT_EQ(printable("\x1b[2J\x1b]0;owned\x07"), "\\x1b[2J\\x1b]0;owned\\x07");
  EXPECT_EQ(printable(std::string_view("a\0b\x7f", 4)), "a\\x00b\\x7f");
}

TEST(Printable, ControlCharactersAboveAsciiAreShownToo) {
  EXPECT_EQ(printable("\xc2\x9b"
                      "2J"),
            "\\u009b2J");
}

TEST(Printable, LinesAndTabsBecomeBlanks) { EXPECT_EQ(printable("  expected:\n\t200\r\n  got: 503\n"), "expected: 200 got: 503"); }

TEST(Printable, BytesThatAreNotUtf8AreShownAsNumbers) {
  EXPECT_EQ(printable("caf\xe9!"), "caf\\xe9!");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(printable("\xe4\xb8"), "\\xe4\\xb8");
}

TEST(Printable, MarksThatTurnTheDirectionOfWritingAreShown) {
  EXPECT_EQ(printable("a\xe2\x80\xae"
                      "b"),
            "a\\u202eb");
  EXPECT_EQ(printable("a\xe2\x80\x8b"
                      "b"),
            "a\\u200bb");
}

TEST(Printable, LettersOfOtherScriptsStay) {
  EXPECT_EQ(printable("\xe4\xb8\xad\xe6\x96\x87 \xc3\xa9"), "\xe4\xb8\xad\xe6\x96\x87 \xc3\xa9");
}

TEST(Printable, AMegabyteIsCut) {
  const std::string text = printable(std::string(1000000, 'x'));
  EXPECT_LT(text.size(), 5000U);
  EXPECT_TRUE(text.ends_with("x..."));
}

TEST(Columns, ChineseTakesTwoAndACombiningAccentNone) {
  EXPECT_EQ(columns_of("abc"), 3U);
  EXPECT_EQ(columns_of("\xe4\xb8\xad\xe6\x96\x87"), 4U);
  EXPECT_EQ(columns_of("e\xcc\x81"), 1U);
}

TEST(Shortened, KeepsBothEnds) {
  EXPECT_EQ(shortened("GET /a/very/long/way/home", 15), "GET /a...y/home");
  EXPECT_EQ(shortened("short", 5), "short");
  EXPECT_EQ(shortened("longer", 2), "lo");
}

TEST(Shortened, NeverCutsThroughACharacter) {
  const std::string five = "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad";
  for (std::size_t columns = 1; columns < 10; ++columns) {
    const std::string text = shortened(five, columns);
    EXPECT_LE(columns_of(text), columns);
    EXPECT_EQ(printable(text), text) << "not UTF-8 any more";
  }
}

TEST(Padded, CountsColumnsAndNotBytes) {
  EXPECT_EQ(padded_right("\xc3\xa9", 3), "\xc3\xa9  ");
  EXPECT_EQ(padded_left("\xe4\xb8\xad", 3), " \xe4\xb8\xad");
  EXPECT_EQ(padded_left("long", 2), "long");
}

TEST(Wrapped, BreaksAtBlanks) {
  EXPECT_THAT(wrapped("one two three", 8, 9), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("one two three", 7, 9), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("", 8, 9), ElementsAre());
}

TEST(Wrapped, BreaksALongWord) { EXPECT_THAT(wrapped("abcdefgh ij", 4, 9), ElementsAre("abcd", "efgh", "ij")); }

TEST(Wrapped, SaysThatThereIsMore) { EXPECT_THAT(wrapped("one two three four", 8, 2), ElementsAre("one two", "three...")); }

}  // namespace
}  // namespace loads::runner
