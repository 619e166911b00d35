// The bytes of each message, as each version of the protocol has had them: those of the first in the folder itself, those of later ones in
// folders of their own. They are kept for ever: when one of these tests fails, older peers do not understand this one, or it does not
// understand them. A new field gets new files, beside the old.

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
std::filesystem::path of_1_1() { return folder() / "1.1"; }
std::filesystem::path newest() { return folder() / "1.2"; }
constexpr const char* kAllSet = "all-set";         // of messages with fields that are mostly left out
constexpr const char* kExemplars = "exemplars";    // of messages with them
constexpr const char* kConditions = "conditions";  // likewise
constexpr const char* kLoadModels = "load-models";
constexpr const char* kSteering = "steering";
constexpr const char* kTrust = "trust";
constexpr const char* kNotes = "notes";

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

std::set<std::string> types_in(const std::filesystem::path& folder) {
  std::set<std::string> types;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) types.insert(entry.path().stem());
  }
  return types;
}

std::set<std::string> types_of(const std::vector<samples::Sample>& samples) {
  std::set<std::string> types;
  for (const auto& sample : samples) types.insert(sample.type);
  return types;
}

// That what `folder` has of each sample is understood as what the sample is.
void expect_understood(const std::vector<samples::Sample>& samples, const std::filesystem::path& folder) {
  for (const auto& sample : samples) {
    const auto answer = sample.decode_encode(bytes_of(folder / (sample.type + ".hex")));
    EXPECT_EQ(answer.error, "") << sample.type;
    EXPECT_TRUE(answer.bytes == sample.bytes) << sample.type << " comes back as\n" << hex(answer.bytes);
  }
}

void expect_written(const std::vector<samples::Sample>& samples, const std::filesystem::path& folder) {
  for (const auto& sample : samples) {
    EXPECT_TRUE(sample.bytes == bytes_of(folder / (sample.type + ".hex"))) << sample.type << " is now\n" << hex(sample.bytes);
  }
}

TEST(Golden, EveryMessageIsWrittenAsItWasSinceItsLastField) {
  expect_written(samples::all(), newest());
  expect_written(samples::with_all_set(), newest() / kAllSet);
  expect_written(samples::with_exemplars(), newest() / kExemplars);
  expect_written(samples::with_conditions(), newest() / kConditions);
  expect_written(samples::with_load_models(), newest() / kLoadModels);
  expect_written(samples::with_steering(), newest() / kSteering);
  expect_written(samples::with_trust(), newest() / kTrust);
  expect_written(samples::with_notes(), newest() / kNotes);
}

TEST(Golden, WhatWasWrittenOnceIsStillUnderstood) {
  expect_understood(samples::of_1_0(), folder());
  expect_understood(samples::of_1_1(), of_1_1());
  expect_understood(samples::with_all_set_of_1_1(), of_1_1() / kAllSet);
  expect_understood(samples::all(), newest());
  expect_understood(samples::with_all_set(), newest() / kAllSet);
  expect_understood(samples::with_exemplars(), newest() / kExemplars);
  expect_understood(samples::with_conditions(), newest() / kConditions);
  expect_understood(samples::with_load_models(), newest() / kLoadModels);
  expect_understood(samples::with_steering(), newest() / kSteering);
  expect_understood(samples::with_trust(), newest() / kTrust);
  expect_understood(samples::with_notes(), newest() / kNotes);
}

TEST(Golden, EveryFileBelongsToAMessage) {
  EXPECT_EQ(types_in(folder()), types_of(samples::of_1_0()));
  EXPECT_EQ(types_in(of_1_1()), types_of(samples::of_1_1()));
  EXPECT_EQ(types_in(of_1_1() / kAllSet), types_of(samples::with_all_set_of_1_1()));
  EXPECT_EQ(types_in(newest()), types_of(samples::all()));
  EXPECT_EQ(types_in(newest() / kAllSet), types_of(samples::with_all_set()));
  EXPECT_EQ(types_in(newest() / kExemplars), types_of(samples::with_exemplars()));
  EXPECT_EQ(types_in(newest() / kConditions), types_of(samples::with_conditions()));
  EXPECT_EQ(types_in(newest() / kLoadModels), types_of(samples::with_load_models()));
  EXPECT_EQ(types_in(newest() / kSteering), types_of(samples::with_steering()));
  EXPECT_EQ(types_in(newest() / kTrust), types_of(samples::with_trust()));
  EXPECT_EQ(types_in(newest() / kNotes), types_of(samples::with_notes()));
}

}  // namespace
}  // namespace loads::proto
