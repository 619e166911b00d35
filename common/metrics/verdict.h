#pragma once

#include "common/metrics/slice.h"

namespace loads::metrics {

// Whether nothing at all was answered, though something should have been: a test that makes no requests may well succeed.
bool nothing_answered(const Slice& all);

// Whether no test run did anything but to skip itself.
bool all_skipped(const Slice& all);

// Whether what a whole run has measured is a failure: errors, failures, nothing answered, or nothing but skipped.
bool failed(const Slice& all);

}  // namespace loads::metrics
