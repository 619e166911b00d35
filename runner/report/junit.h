#pragma once

#include <string>

#include "runner/report/report.h"

namespace loads::runner {

// The file of --junit: the run as a test suite in JUnit's XML, as docs/schema/junit.xsd describes it. The test is a case, which fails
// with the kinds of its problems and holds the summary as its output; each threshold is another.
std::string to_junit(const Report& report);

// Printable text where XML wants text or the value of an attribute.
std::string xml_escaped(const std::string& text);

}  // namespace loads::runner
