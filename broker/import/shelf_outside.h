#pragma once

#include "broker/core/outside.h"
#include "broker/service/shelf.h"

namespace loads::broker {

// The world of a run whose broker does not serve: a disk, and nobody who could be told anything. What the disk does not take is a
// Failure(local_resource).
class ShelfOutside final : public Outside {
 public:
  explicit ShelfOutside(Shelf& shelf) : shelf_(shelf) {}

  Now now() const override;
  void commit();
  std::size_t uncommitted() const { return shelf_.uncommitted(); }

  void to_agent(const Route&, const proto::ToAgent&) override {}
  void to_console(const Route&, const proto::ToConsole&) override {}
  void publish(const proto::Snapshot&) override {}
  bool save(const RunRecord& record) override { return check(shelf_.save(record)); }
  std::optional<RunRecord> find(std::string_view run) override { return shelf_.find(run); }
  std::vector<RunRecord> ended(std::size_t most) override { return shelf_.ended(most); }
  void append(const std::string& run, std::string_view record) override { shelf_.append(run, record); }
  bool checkpoint(const std::string& run, const std::string& record) override { return check(shelf_.checkpoint(run, record)); }
  bool read_pages(const std::string& run, const OnPage& on_page) override { return shelf_.read_pages(run, on_page); }
  bool has_bundle(const std::string&) override { return true; }  // none is asked for
  std::optional<std::uint64_t> add_chunk(const proto::Chunk&, std::uint64_t, std::string&) override { return {}; }
  std::optional<proto::Blob> read_chunk(const std::string&, std::uint64_t) override { return {}; }
  std::string make_run_id() override { return shelf_.make_run_id(); }
  void note(std::string_view line) override;

 private:
  bool check(bool done) const;

  Shelf& shelf_;
};

}  // namespace loads::broker
