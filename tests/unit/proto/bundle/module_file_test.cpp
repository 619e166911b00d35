#include "proto/bundle/module_file.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "unit/proto/bundle/scratch.h"

namespace loads::bundle {
namespace {

using Data = std::vector<std::uint8_t>;

// A shared object as small as can be: a header, one segment, and a text that lies in it.
template <typename Header, typename Segment>
Data make_elf(unsigned machine, unsigned char file_class, unsigned char order, const std::string& text) {
  Header header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = file_class;
  header.e_ident[EI_DATA] = order;
  header.e_type = ET_DYN;
  header.e_machine = static_cast<Elf64_Half>(machine);
  header.e_phoff = sizeof header;
  header.e_phnum = 1;
  Segment segment{};
  segment.p_type = PT_LOAD;
  segment.p_filesz = static_cast<decltype(segment.p_filesz)>(sizeof header + sizeof segment + text.size());
  Data bytes(segment.p_filesz);
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, &segment, sizeof segment);
  std::copy(text.begin(), text.end(), bytes.end() - static_cast<std::ptrdiff_t>(text.size()));
  return bytes;
}

const std::string kText("\0loads-module-1\0", 16);

Data elf_of(unsigned machine, const std::string& text = kText) {
  return make_elf<Elf64_Ehdr, Elf64_Phdr>(machine, ELFCLASS64, ELFDATA2LSB, text);
}

Data elf32_of(unsigned machine) { return make_elf<Elf32_Ehdr, Elf32_Phdr>(machine, ELFCLASS32, ELFDATA2LSB, kText); }

TEST(ModuleFile, SaysItsMachineAndInterface) {
  const auto kind = inspect(Bytes(elf_of(EM_AARCH64)));
  EXPECT_EQ(kind.error, "");
  EXPECT_EQ(kind.machine, "aarch64");
  EXPECT_EQ(kind.interface, "loads-module-1");
}

TEST(ModuleFile, KnowsTheMachinesOfDebian) {
  EXPECT_EQ(inspect(Bytes(elf_of(EM_X86_64))).machine, "x86_64");
  EXPECT_EQ(inspect(Bytes(elf32_of(EM_386))).machine, "i686");
  EXPECT_EQ(inspect(Bytes(elf_of(EM_RISCV))).machine, "riscv64");
  EXPECT_EQ(inspect(Bytes(elf32_of(EM_X86_64))).machine, "machine 62 32-bit");
  EXPECT_EQ(inspect(Bytes(elf_of(4711))).machine, "machine 4711 64-bit");
}

TEST(ModuleFile, ReadsTheOtherByteOrder) {
  auto bytes = elf_of(EM_S390 << 8U);
  bytes[EI_DATA] = ELFDATA2MSB;
  std::swap(bytes[offsetof(Elf64_Ehdr, e_type)], bytes[offsetof(Elf64_Ehdr, e_type) + 1]);
  EXPECT_EQ(inspect(Bytes(bytes)).machine, "s390x");
}

TEST(ModuleFile, AnInterfaceThatIsNotCertainIsLeftOut) {
  EXPECT_EQ(inspect(Bytes(elf_of(EM_X86_64, ""))).interface, "");
  EXPECT_EQ(inspect(Bytes(elf_of(EM_X86_64, std::string("loads-module-\0", 14)))).interface, "");
  EXPECT_EQ(inspect(Bytes(elf_of(EM_X86_64, "loads-module-1"))).interface, "");
  EXPECT_EQ(inspect(Bytes(elf_of(EM_X86_64, std::string("loads-module-1 \0", 16)))).interface, "");
  EXPECT_EQ(inspect(Bytes(elf_of(EM_X86_64, std::string("loads-module-1\0loads-module-2\0", 30)))).interface, "");
  EXPECT_EQ(inspect(Bytes(elf_of(EM_X86_64, std::string("loads-module-2\0loads-module-2\0", 30)))).interface, "loads-module-2");
}

TEST(ModuleFile, WhatIsNoSharedObjectIsRefused) {
  EXPECT_EQ(inspect(Bytes()).error, "it is no ELF file");
  EXPECT_EQ(inspect(Bytes(bytes_of("#!/bin/sh\nexit 0\n# a script"))).error, "it is no ELF file");
  auto object = elf_of(EM_X86_64);
  object[offsetof(Elf64_Ehdr, e_type)] = ET_REL;
  EXPECT_EQ(inspect(Bytes(object)).error, "it is no shared object");
  EXPECT_EQ(inspect(Bytes(object)).machine, "x86_64");
  auto strange = elf_of(EM_X86_64);
  strange[EI_CLASS] = 3;
  EXPECT_EQ(inspect(Bytes(strange)).error, "it is an ELF file of an unknown class");
}

TEST(ModuleFile, CutShortAtAnyByteIsRefused) {
  for (const auto& bytes : {elf_of(EM_X86_64), elf32_of(EM_386)}) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const Data part(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_NE(inspect(Bytes(part)).error, "") << size;
    }
    EXPECT_EQ(inspect(Bytes(bytes)).error, "");
  }
}

TEST(ModuleFile, HostileOffsetsAreRefused) {
  for (const std::uint64_t offset : {~0ULL, ~0ULL - 55, 1ULL << 63, 1ULL << 32}) {
    auto bytes = elf_of(EM_X86_64);
    std::memcpy(bytes.data() + offsetof(Elf64_Ehdr, e_phoff), &offset, sizeof offset);
    EXPECT_EQ(inspect(Bytes(bytes)).error, "it is cut short") << offset;
    bytes = elf_of(EM_X86_64);
    std::memcpy(bytes.data() + sizeof(Elf64_Ehdr) + offsetof(Elf64_Phdr, p_filesz), &offset, sizeof offset);
    EXPECT_EQ(inspect(Bytes(bytes)).error, "it is cut short") << offset;
  }
}

TEST(ModuleFile, AFileIsReadFromDisk) {
  const Scratch disk;
  const auto bytes = elf_of(EM_AARCH64);
  EXPECT_EQ(inspect(disk.write("a.so", std::string(bytes.begin(), bytes.end()))).machine, "aarch64");
  EXPECT_EQ(inspect(disk / "missing.so").error, "No such file or directory");
  EXPECT_EQ(inspect(disk.path()).error, "Is a directory");
}

TEST(ModuleFile, ThisMachineIsTheOneThatUnameNames) {
  ::utsname system{};
  ASSERT_EQ(::uname(&system), 0);
  EXPECT_EQ(machine_name(), system.machine);
  EXPECT_EQ(inspect(std::filesystem::path("/proc/self/exe")).machine, machine_name());
}

}  // namespace
}  // namespace loads::bundle
