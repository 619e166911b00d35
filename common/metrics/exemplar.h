#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/metrics/problem.h"
#include "common/metrics/request.h"

namespace loads::metrics {

// One exchange as it was, a request and what came of it: an example of those that are counted. Made of text that is fit to be shown:
// secrets are hidden, and so is what a request carried in its body.
struct Exemplar {
  WallTime sent{};   // when it began
  std::string name;  // of the request in the report
  int status = 0;    // 0: no answer
  RequestError error = RequestError::none;
  std::string location;  // "shop.cpp:14", of the assertion that has failed on the answer; or empty
  std::string message;   // why there is no answer, or what the test has said about it; empty: nothing
  std::string method;
  std::string url;
  Nanoseconds total{};
  std::array<Nanoseconds, kPhases> phases{};
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  bool new_connection = false;
  std::string address;      // of the server or the proxy: "127.0.0.1:9200"; empty: not known
  std::uint32_t step = 0;   // index of the plan's step
  std::uint32_t agent = 0;  // which of the plan's agents has sent it,
  std::uint32_t user = 0;   // and which of its virtual users
  std::string request;      // the head
  std::string answer;       // its head, an empty line, and the beginning of its body; empty: none

  // It got no answer, or one of 400 and above, or one that the test did not like.
  bool failed() const { return status < 1 || status >= 400 || !message.empty(); }

  friend auto operator<=>(const Exemplar&, const Exemplar&) = default;
};

// The exemplars of an interval, few whatever happened in it: the slowest of the successful ones, of which a name of requests has at most
// two, so that one slow page does not hide another; and of each kind of those that failed the first, up to the kMostFailed first kinds. Of
// one kind is what has the same name and the same status, cause and location. A pure value: merging is exact, its order does not matter,
// and what is merged twice is there once.
class ExemplarTable {
 public:
  static constexpr std::size_t kMostSlowest = 5;
  static constexpr std::size_t kMostOfName = 2;
  static constexpr std::size_t kMostFailed = 10;
  static constexpr std::size_t kMostShown = 2048;  // bytes of a request, an answer or a URL
  static constexpr std::size_t kMostSaid = 1024;   // bytes of a message

  void add(Exemplar exemplar);  // where it belongs, if it does; longer texts are cut
  void merge(const ExemplarTable& other);

  bool empty() const { return slowest_.empty() && failed_.empty(); }
  const std::vector<Exemplar>& slowest() const { return slowest_; }  // the slowest first
  const std::vector<Exemplar>& failed() const { return failed_; }    // the first first

  // Whether one that has failed so would be the first of its kind, and there is room for it.
  bool lacks_failure(std::string_view name, int status, RequestError error, std::string_view location) const;

 private:
  std::vector<Exemplar> slowest_;
  std::vector<Exemplar> failed_;
};

}  // namespace loads::metrics
