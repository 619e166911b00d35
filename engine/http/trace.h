#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/message/answer.h"

namespace loads::http {

using message::Answer;

// How much of each exchange is shown on stderr: nothing, the heads, or the bodies too.
enum class TraceLevel : std::uint8_t { off, heads, full };

// The lines of a trace, in the manner of `curl -v`: "* " what happens, "> " what is sent, "< " what is received. Secrets (secret.h)
// are hidden, and control characters of a body are shown escaped.
std::string trace_note(std::string_view text);
std::string trace_request(std::string_view request, TraceLevel level);
std::string trace_answer(const Answer& answer, TraceLevel level);

// Writes the lines to stderr in one piece, so that those of several threads do not mix.
void print_trace(const std::string& lines);

}  // namespace loads::http
