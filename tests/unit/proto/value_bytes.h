#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/reader.h"
#include "proto/writer.h"
#include "unit/proto/wire.h"

// What the tests of values on the wire share.
namespace loads::proto {

inline const std::string kNil = "\xc0";

// Why these bytes are no T; empty: they are one.
template <typename T>
std::string error_of(const std::string& bytes) {
  Reader reader(wire::span(bytes));
  T out;
  read(reader, out);
  if (!reader.ok()) return reader.error();
  return reader.at_end() ? "" : "something is left";
}

template <typename T>
std::string error_with(std::vector<std::string> elements, std::size_t index, const std::string& element) {
  elements.at(index) = element;
  return error_of<T>(wire::array(elements));
}

template <typename T>
T there_and_back(const T& value) {
  std::string bytes;
  Writer writer(bytes);
  write(writer, value);
  Reader reader(wire::span(bytes));
  T read_back;
  read(reader, read_back);
  EXPECT_TRUE(reader.ok() && reader.at_end());
  return read_back;
}

}  // namespace loads::proto
