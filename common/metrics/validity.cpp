#include "common/metrics/validity.h"

namespace loads::metrics {

std::string_view to_string(Validity validity) {
  switch (validity) {
    case Validity::valid: return "valid";
    case Validity::suspect: return "suspect";
    case Validity::invalid: return "invalid";
  }
  return "suspect";
}

Validity worse(Validity a, Validity b) {
  if (a == Validity::invalid || b == Validity::invalid) return Validity::invalid;
  return a == Validity::suspect || b == Validity::suspect ? Validity::suspect : Validity::valid;
}

}  // namespace loads::metrics
