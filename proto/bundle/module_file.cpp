#include "proto/bundle/module_file.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "proto/bundle/file.h"
#include "proto/bundle/limits.h"

namespace loads::bundle {
namespace {

struct Machine {
  unsigned number;  // e_machine
  bool wide;        // 64 bits
  bool little;      // endian
  bool operator==(const Machine&) const = default;
};

struct Named {
  Machine machine;
  const char* name;
};

constexpr Named kMachines[] = {
    {{EM_X86_64, true, true}, "x86_64"}, {{EM_AARCH64, true, true}, "aarch64"}, {{EM_386, false, true}, "i686"},
    {{EM_ARM, false, true}, "arm"},      {{EM_RISCV, true, true}, "riscv64"},   {{EM_PPC64, true, true}, "ppc64le"},
    {{EM_S390, true, false}, "s390x"},
};

constexpr unsigned kThisMachine =
#if defined(__x86_64__)
    EM_X86_64;
#elif defined(__aarch64__)
    EM_AARCH64;
#elif defined(__i386__)
    EM_386;
#elif defined(__arm__)
    EM_ARM;
#elif defined(__riscv)
    EM_RISCV;
#elif defined(__powerpc64__)
    EM_PPC64;
#elif defined(__s390x__)
    EM_S390;
#else
    EM_NONE;
#endif

std::string name_of(const Machine& machine) {
  for (const Named& named : kMachines) {
    if (named.machine == machine) return named.name;
  }
  return "machine " + std::to_string(machine.number) + (machine.wide ? " 64-bit" : " 32-bit") + (machine.little ? "" : " big-endian");
}

// The numbers of an ELF file: of its own byte order and word size, and 0 where there are no bytes.
class Elf {
 public:
  explicit Elf(Bytes bytes) : bytes_(bytes), wide_(bytes[EI_CLASS] == ELFCLASS64), little_(bytes[EI_DATA] == ELFDATA2LSB) {}

  bool wide() const { return wide_; }
  bool little() const { return little_; }
  std::size_t header_size() const { return wide_ ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr); }
  std::uint64_t half(std::uint64_t offset) const { return number(offset, 2); }
  std::uint64_t word(std::uint64_t offset) const { return number(offset, 4); }
  std::uint64_t address(std::uint64_t offset) const { return number(offset, wide_ ? 8 : 4); }

 private:
  std::uint64_t number(std::uint64_t offset, std::size_t size) const {
    if (offset > bytes_.size() || size > bytes_.size() - offset) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8U | bytes_[offset + (little_ ? size - 1 - i : i)];
    return value;
  }

  Bytes bytes_;
  bool wide_;
  bool little_;
};

// Whether all that the program headers would have in memory is in the file.
bool is_whole(const Elf& elf, std::uint64_t file_size) {
  const std::uint64_t table = elf.address(elf.wide() ? offsetof(Elf64_Ehdr, e_phoff) : offsetof(Elf32_Ehdr, e_phoff));
  const std::uint64_t entry_size = elf.wide() ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
  const std::uint64_t count = elf.half(elf.wide() ? offsetof(Elf64_Ehdr, e_phnum) : offsetof(Elf32_Ehdr, e_phnum));
  const auto fits = [&](std::uint64_t offset, std::uint64_t size) { return offset <= file_size && size <= file_size - offset; };
  if (count == 0 || !fits(table, count * entry_size)) return false;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t entry = table + i * entry_size;
    const std::uint64_t offset = elf.address(entry + (elf.wide() ? offsetof(Elf64_Phdr, p_offset) : offsetof(Elf32_Phdr, p_offset)));
    const std::uint64_t size = elf.address(entry + (elf.wide() ? offsetof(Elf64_Phdr, p_filesz) : offsetof(Elf32_Phdr, p_filesz)));
    if (elf.word(entry) == PT_LOAD && !fits(offset, size)) return false;
  }
  return true;
}

// loads_module_abi() returns a literal, which the file has as a string that ends with a NUL. Should a test have other ones like it, it
// cannot be told which one it returns.
std::string find_interface(Bytes bytes) {
  constexpr std::string_view kBegin = "loads-module-";
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string_view found;
  for (auto begin = text.find(kBegin); begin != std::string_view::npos; begin = text.find(kBegin, begin + 1)) {
    const auto end = text.find_first_not_of("0123456789", begin + kBegin.size());
    if (end == begin + kBegin.size() || end == std::string_view::npos || text[end] != '\0') continue;
    const auto candidate = text.substr(begin, end - begin);
    if (!found.empty() && candidate != found) return {};
    found = candidate;
  }
  constexpr std::size_t kLongest = 32;
  return std::string(found.size() <= kLongest ? found : std::string_view());
}

ModuleKind refuse(const std::string& why) { return {why, {}, {}}; }

}  // namespace

ModuleKind inspect(Bytes bytes) {
  if (bytes.size() < EI_NIDENT || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0) return refuse("it is no ELF file");
  if (bytes[EI_CLASS] != ELFCLASS32 && bytes[EI_CLASS] != ELFCLASS64) return refuse("it is an ELF file of an unknown class");
  if (bytes[EI_DATA] != ELFDATA2LSB && bytes[EI_DATA] != ELFDATA2MSB) return refuse("it is an ELF file of an unknown byte order");
  const Elf elf(bytes);
  if (bytes.size() < elf.header_size()) return refuse("it is cut short");
  ModuleKind kind;
  kind.machine = name_of({static_cast<unsigned>(elf.half(offsetof(Elf64_Ehdr, e_machine))), elf.wide(), elf.little()});
  if (elf.half(offsetof(Elf64_Ehdr, e_type)) != ET_DYN) {
    kind.error = "it is no shared object";
  } else if (!is_whole(elf, bytes.size())) {
    kind.error = "it is cut short";
  } else {
    kind.interface = find_interface(bytes);
  }
  return kind;
}

ModuleKind inspect(const std::filesystem::path& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return refuse(std::strerror(errno));
  const auto bytes = file.read_at(0, kMaxPacked + 1);
  if (!bytes) return refuse(std::strerror(errno));
  if (bytes->size() > kMaxPacked) return refuse("it is larger than 64 MiB");
  return inspect(Bytes(*bytes));
}

std::string machine_name() { return name_of({kThisMachine, sizeof(void*) == 8, std::endian::native == std::endian::little}); }

}  // namespace loads::bundle
