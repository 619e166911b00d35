#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "broker/core/broker.h"
#include "proto/codec.h"

namespace loads::broker {

// A world that keeps what it is told, and a disk that can be full.
class RecordedOutside final : public Outside {
 public:
  std::vector<std::pair<Route, proto::ToAgent>> agents;
  std::vector<std::pair<Route, proto::ToConsole>> consoles;
  std::vector<proto::Snapshot> published;
  std::map<std::string, RunRecord> records;
  std::map<std::string, std::vector<std::string>> pages;
  bool disk_full = false;
  std::size_t saves = 0;                       // that were tried
  Now time{};                                  // after the last of them
  std::vector<proto::Nanoseconds> save_times;  // that the next ones take
  std::uint64_t bundle_bytes = 0;

  // The last message of that kind to `route`; null when there is none. forget() begins anew.
  template <typename Message>
  const Message* to(const Route& route) const {
    const Message* last = nullptr;
    for (const auto& [to, message] : agents) {
      if (to == route && std::holds_alternative<Message>(message)) last = &std::get<Message>(message);
    }
    return last;
  }
  template <typename Message>
  const Message* told(const Route& route) const {
    const Message* last = nullptr;
    for (const auto& [to, message] : consoles) {
      if (to == route && std::holds_alternative<Message>(message)) last = &std::get<Message>(message);
    }
    return last;
  }
  void forget() {
    agents.clear();
    consoles.clear();
    published.clear();
  }

  void to_agent(const Route& route, const proto::ToAgent& message) override { agents.emplace_back(route, message); }
  void to_console(const Route& route, const proto::ToConsole& message) override { consoles.emplace_back(route, message); }
  void publish(const proto::Snapshot& snapshot) override { published.push_back(snapshot); }
  bool save(const RunRecord& record) override {
    ++saves;
    if (!save_times.empty()) {
      time = time + save_times.front();
      save_times.erase(save_times.begin());
    }
    if (!disk_full) records[record.run] = record;
    return !disk_full;
  }
  std::optional<RunRecord> find(std::string_view run) override {
    const auto found = records.find(std::string(run));
    return found == records.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<RunRecord> ended(std::size_t) override {
    std::vector<RunRecord> over;
    for (const auto& [run, record] : records) {
      if (proto::is_over(record.state)) over.push_back(record);
    }
    return over;
  }
  std::optional<std::string> bad_checkpoint;  // stands before the pages

  void append(const std::string& run, std::string_view record) override { pages[run].emplace_back(record); }
  bool checkpoint(const std::string&, const std::string&) override { return !disk_full; }
  bool read_pages(const std::string& run, const OnPage& on_page) override {
    if (bad_checkpoint) on_page(std::span(reinterpret_cast<const std::uint8_t*>(bad_checkpoint->data()), bad_checkpoint->size()), true);
    for (const std::string& page : pages[run]) on_page(std::span(reinterpret_cast<const std::uint8_t*>(page.data()), page.size()), false);
    return true;
  }
  bool has_bundle(const std::string&) override { return bundle_bytes >= 3000; }
  std::optional<std::uint64_t> add_chunk(const proto::Chunk& chunk, std::uint64_t, std::string&) override {
    return bundle_bytes = chunk.offset + chunk.data.size();
  }
  std::optional<proto::Blob> read_chunk(const std::string&, std::uint64_t) override { return proto::Blob(10, 1); }
  Now now() const override { return time; }
  std::string make_run_id() override { return "0000000" + std::to_string(++runs_); }
  void note(std::string_view) override {}

 private:
  int runs_ = 0;
};

}  // namespace loads::broker
