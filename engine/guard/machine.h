#pragma once

#include <cstdint>

namespace loads::guard {

// What the kernel says of the machine so far. Zeros where it does not say.
struct MachineReading {
  std::uint64_t ticks = 0;            // of all processors, whatever they did (/proc/stat)
  std::uint64_t stolen = 0;           // of them, those that the host of this virtual machine gave to others
  std::uint64_t packets_dropped = 0;  // received, and not dealt with in time (/proc/net/softnet_stat)

  double stolen_part_since(const MachineReading& before) const;
};

MachineReading read_machine();

// The two files as text, for tests. What is malformed counts as nothing.
MachineReading read_machine(const char* stat, const char* softnet_stat);

}  // namespace loads::guard
