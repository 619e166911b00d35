#pragma once

#include <string>
#include <string_view>

#include "engine/message/answer.h"

namespace loads::http {

// An exchange as text for a report, which is kept and passed on: secrets are hidden, what is no text is shown as \xNN, and what is longer
// than metrics::ExemplarTable::kMostShown ends with "...". Lines end with \n.

// The head of a request; its body may be a password.
std::string shown_request(std::string_view request);

// The head of an answer, an empty line, and the beginning of what was kept of its body, its codings undone. Empty when nothing came.
std::string shown_answer(const message::Answer& answer);

}  // namespace loads::http
