#pragma once

#include <cstdint>

#include "engine/message/answer.h"
#include "python/engine/object.h"

namespace loads::python {

// loads._engine.Answer in Python: what a server has answered, as it came. Attributes: status (looking at it counts as the test's looking),
// peek (the same, unnoticed), reason, version, headers (a list of pairs of str), body (bytes, as sent), url, elapsed (seconds),
// notes (bits: 1 it sets cookies, 2 it has a Location, 4 its body is coded, 8 it asks for credentials). Of an answer that is read in
// pieces, read() waits for the next one and gives b"" behind the last, and close() ends it where it is.
Object make_answer(message::AnswerHandle answer, std::uint64_t context);

PyObject* make_answer_type(PyObject* module);

}  // namespace loads::python
