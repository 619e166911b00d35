#include "engine/guard/machine.h"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace loads::guard {
namespace {

std::string contents(const char* path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// "cpu  user nice system idle iowait irq softirq steal guest guest_nice": guests are in user and nice already (proc(5)).
void read_stat(std::istringstream in, MachineReading& out) {
  constexpr int kSteal = 7;
  std::string name;
  in >> name;
  std::uint64_t ticks = 0;
  for (int i = 0; i <= kSteal && in >> ticks; ++i) {
    out.ticks += ticks;
    if (i == kSteal) out.stolen = ticks;
  }
}

// A line of hexadecimal numbers for each processor; the second is what was dropped.
void read_softnet_stat(std::istringstream in, MachineReading& out) {
  for (std::string line; std::getline(in, line);) {
    std::istringstream numbers(line);
    std::uint64_t processed = 0;
    std::uint64_t dropped = 0;
    if (numbers >> std::hex >> processed >> dropped) out.packets_dropped += dropped;
  }
}

}  // namespace

double MachineReading::stolen_part_since(const MachineReading& before) const {
  if (ticks <= before.ticks || stolen < before.stolen) return 0;
  return static_cast<double>(stolen - before.stolen) / static_cast<double>(ticks - before.ticks);
}

MachineReading read_machine(const char* stat, const char* softnet_stat) {
  MachineReading reading;
  read_stat(std::istringstream(stat), reading);
  read_softnet_stat(std::istringstream(softnet_stat), reading);
  return reading;
}

MachineReading read_machine() { return read_machine(contents("/proc/stat").c_str(), contents("/proc/net/softnet_stat").c_str()); }

}  // namespace loads::guard
