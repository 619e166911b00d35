#include "engine/coding/decoder.h"

#include <algorithm>
#include <array>

namespace loads::coding {
namespace {

constexpr std::size_t kMostCodings = 5;                // one upon another
constexpr std::size_t kMostAtOnce = 1024 * 1024 * 64;  // zlib counts with 32 bits

struct Coding {
  std::string_view name;
  std::unique_ptr<Stage> (*make)();  // null: nothing is to be undone
};
constexpr std::array<Coding, 6> kCodings{{{"gzip", make_gzip},
                                          {"x-gzip", make_gzip},
                                          {"deflate", make_deflate},
                                          {"br", make_brotli},
                                          {"zstd", make_zstd},
                                          {"identity", nullptr}}};

bool same(std::string_view name, std::string_view given) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(name, given, [&](char a, char b) { return a == lower(b); });
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// The codings that a Content-Encoding lists, in the order in which they were applied; nothing when one of them is unknown.
std::vector<const Coding*> listed(std::string_view codings) {
  std::vector<const Coding*> out;
  while (!codings.empty()) {
    const std::size_t comma = codings.find(',');
    const std::string_view name = trimmed(codings.substr(0, comma));
    codings.remove_prefix(comma == std::string_view::npos ? codings.size() : comma + 1);
    if (name.empty()) continue;
    const auto found = std::ranges::find_if(kCodings, [&](const Coding& coding) { return same(coding.name, name); });
    if (found == kCodings.end() || out.size() == kMostCodings) return {};
    if (found->make != nullptr) out.push_back(&*found);
  }
  return out;
}

}  // namespace

std::string Outcome::message() const {
  const std::string data = "its " + std::string(coding) + " data ";
  switch (error) {
    case Error::none: return {};
    case Error::corrupt: return data + "is corrupt";
    case Error::cut_short: return data + "is cut short";
    case Error::too_large: return data + "unpacks to more than " + std::to_string(most) + " bytes";
  }
  return {};
}

bool Decoder::knows(std::string_view codings) { return !listed(codings).empty(); }

Decoder::Decoder(std::string_view codings, std::uint64_t most) : most_(most) {
  for (const Coding* coding : listed(codings)) layers_.push_back({coding->name, coding->make()});
  std::ranges::reverse(layers_);
}

Outcome Decoder::feed(std::string_view bytes, const Sink& sink) {
  push(0, bytes, sink);
  return outcome_;
}

bool Decoder::push(std::size_t index, std::string_view bytes, const Sink& sink) {
  if (index == layers_.size()) return sink(bytes);
  Layer& layer = layers_[index];
  layer.begun |= !bytes.empty();
  const bool fine = layer.stage->feed(bytes, [&](std::string_view piece) {
    layer.unpacked += piece.size();
    if (layer.unpacked > most_) {
      outcome_ = {Outcome::Error::too_large, layer.coding, most_};
      return false;
    }
    return push(index + 1, piece, sink);
  });
  // The first trouble, that of the innermost, is what is told.
  if (!fine && outcome_) outcome_ = {Outcome::Error::corrupt, layer.coding, most_};
  return fine;
}

Outcome Decoder::finish() const {
  const auto cut = std::ranges::find_if(layers_, [](const Layer& layer) { return layer.begun && !layer.stage->complete(); });
  if (cut == layers_.end()) return {};
  return {Outcome::Error::cut_short, cut->coding, most_};
}

Outcome decode(std::string_view codings, std::string_view bytes, std::uint64_t most, const Sink& sink) {
  Decoder decoder(codings, most);
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kMostAtOnce);
    bytes.remove_prefix(piece.size());
    if (Outcome outcome = decoder.feed(piece, sink); !outcome) return outcome;
  }
  return decoder.finish();
}

}  // namespace loads::coding
