#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

// One message of every type, made of fixed values that differ from field to field. What the tests of the codec, of its golden bytes and of
// hostile bytes work on.
namespace loads::proto::samples {

// The bytes of what a peer understood, or why it did not.
struct Answer {
  std::string bytes;
  std::string error;
};

struct Sample {
  std::string type;
  std::string bytes;                                            // as encode() makes them
  std::function<Answer(std::string_view bytes)> decode_encode;  // by the receiver of such messages
};

const std::vector<Sample>& all();
const std::vector<Sample>& of_1_0();  // without what 1.1 has added
const std::vector<Sample>& of_1_1();  // without what 1.2 has added
// Messages with the fields that are left out when they are empty or 0.
const std::vector<Sample>& with_all_set();
const std::vector<Sample>& with_all_set_of_1_1();
// Messages with single exchanges, which came to 1.2 later.
const std::vector<Sample>& with_exemplars();
// Messages with the conditions of a run, and what became of them, which came after those.
const std::vector<Sample>& with_conditions();
// Messages with plans of more than fixed users, and what they measure, which came after those.
const std::vector<Sample>& with_load_models();
// Messages of runs whose load was changed, or dealt again, which came after those.
const std::vector<Sample>& with_steering();
// Messages that say what figures are worth, and machines can do, which came after those.
const std::vector<Sample>& with_trust();
// Messages that have the note of a run, which came after those.
const std::vector<Sample>& with_notes();
const Sample& of(std::string_view type);

}  // namespace loads::proto::samples
