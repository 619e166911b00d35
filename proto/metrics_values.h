#pragma once

#include "common/metrics/history.h"
#include "common/metrics/slice.h"
#include "common/metrics/tally.h"
#include "common/metrics/totals.h"
#include "common/plan/plan.h"
#include "common/plan/steering.h"
#include "proto/reader.h"
#include "proto/writer.h"

// How measurements and plans travel: as arrays, since they are most of what travels; elements that a reader does not know, at the end, are
// skipped. read() refuses what no recorder can have made (a histogram with more values than there were answers, a negative time), so that
// figures from outside cannot bring those of others out of balance.
namespace loads::proto {

// The causes that version 1.0 of the protocol has; what came later stands at the end of a request's figures, when there is any.
inline constexpr std::size_t kFirstRequestErrors = 13;
static_assert(metrics::kRequestErrors >= kFirstRequestErrors);

void write(Writer& writer, const metrics::Histogram& histogram);
void read(Reader& reader, metrics::Histogram& histogram);
void write(Writer& writer, const metrics::RequestStats& stats);
void read(Reader& reader, metrics::RequestStats& stats);
void write(Writer& writer, const metrics::Problem& problem);
void read(Reader& reader, metrics::Problem& problem);
void write(Writer& writer, const metrics::Exemplar& exemplar);
bool read(Reader& reader, metrics::Exemplar& exemplar);  // false: it failed in a way that is not known here
void write(Writer& writer, const metrics::ExemplarTable& table);
void read(Reader& reader, metrics::ExemplarTable& table);
void write(Writer& writer, const metrics::Slice& slice);
void read(Reader& reader, metrics::Slice& slice);
void write(Writer& writer, const metrics::Tally& tally);
void read(Reader& reader, metrics::Tally& tally);
void write(Writer& writer, const metrics::Totals& totals);
void read(Reader& reader, metrics::Totals& totals);
void write(Writer& writer, const metrics::History& history);
void read(Reader& reader, metrics::History& history);
void write(Writer& writer, const plan::Plan& plan);
void read(Reader& reader, plan::Plan& plan);
void write(Writer& writer, const plan::Steering& steering);
void read(Reader& reader, plan::Steering& steering);

}  // namespace loads::proto
