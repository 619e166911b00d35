#pragma once

#include <string>

#include "runner/options/table.h"

// The options that name files to read, from their texts: see parse.h.
namespace loads::runner::parse {

std::string file(const Texts& texts);          // the contents of it
std::string certificates(const Texts& texts);  // likewise, of a PEM file that has some
std::string private_key(const Texts& texts);   // likewise

}  // namespace loads::runner::parse
