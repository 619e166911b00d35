#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace loads {

// "Did you mean ...?": used wherever a name was typed that does not exist.

// How many letters must be inserted, deleted, replaced or swapped with their neighbour to make `b` of `a`.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate closest to `word`, the first of equals; nothing when none is close enough to have been meant (a third of the word's length,
// at least one letter). Upper and lower case, and - and _, count as equal.
std::optional<std::string> suggest(std::string_view word, std::span<const std::string> candidates);

// " Did you mean test_es?" or an empty string, to be appended to a sentence.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace loads
