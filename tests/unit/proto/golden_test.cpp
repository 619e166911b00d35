// The bytes of each message, as a first version of the protocol had them. They are kept for ever: when one of these tests fails, older
// peers do not understand this one, or it does not understand them. A new field gets a new file, beside the old.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "unit/proto/samples.h"

namespace loads::proto {
namespace {

std::filesystem::path folder() { return LOADS_GOLDEN; }

int value_of(char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; }

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string digits;
  for (char c = 0; in >> c;) digits += c;
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) bytes += static_cast<char>(value_of(digits[i]) * 16 + value_of(digits[i + 1]));
  return bytes;
}

std::string hex(const std::string& bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
    if (text.size() % 97 == 96) text += '\n';
  }
  return text + "\n";
}

TEST(Golden, EveryMessageIsWrittenAsItAlwaysWas) {
  for (const auto& sample : samples::all()) {
    EXPECT_TRUE(sample.bytes == bytes_of(folder() / (sample.type + ".hex"))) << sample.type << " is now\n" << hex(sample.bytes);
  }
}

TEST(Golden, WhatWasWrittenOnceIsStillUnderstood) {
  for (const auto& sample : samples::all()) {
    const std::string bytes = bytes_of(folder() / (sample.type + ".hex"));
    const auto answer = sample.decode_encode(bytes);
    EXPECT_EQ(answer.error, "") << sample.type;
    EXPECT_TRUE(answer.bytes == bytes) << sample.type << " comes back as\n" << hex(answer.bytes);
  }
}

TEST(Golden, EveryFileBelongsToAMessage) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) files.insert(entry.path().stem());
  std::set<std::string> types;
  for (const auto& sample : samples::all()) types.insert(sample.type);
  EXPECT_EQ(files, types);
}

}  // namespace
}  // namespace loads::proto
