#include "broker/metrics/exposition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>

#include "common/metrics/bounded_text.h"
#include "common/utf8.h"

namespace loads::broker {
namespace {

constexpr std::size_t kLongestLabel = 200;  // bytes
constexpr double kMicroseconds = 1e6;
constexpr std::array<const char*, metrics::kOutcomes> kOutcomeNames = {"success", "error", "failure", "skipped", "cut_off"};

using Labels = std::vector<std::pair<const char*, std::string>>;

std::string number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string escaped(const std::string& text) {
  std::string value;
  for (const char c : text) {
    if (c == '\\' || c == '"') value += '\\';
    value += c;
  }
  return value;
}

// The text in the making: families of samples, each with its help and type.
class Text {
 public:
  void family(std::string name, const char* type, const char* help) {
    name_ = std::move(name);
    text_ += "# HELP " + name_ + " " + help + "\n# TYPE " + name_ + " " + type + "\n";
  }
  void sample(const Labels& labels, const std::string& value, const char* suffix = "") {
    text_ += name_ + suffix + "{";
    for (const auto& [name, text] : labels)
      text_ += (text_.back() == '{' ? "" : ",") + std::string(name) + "=\"" + escaped(label_text(text)) + "\"";
    text_ += "} " + value + "\n";
  }
  void sample(const Labels& labels, std::uint64_t value) { sample(labels, std::to_string(value)); }
  std::string take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

Labels with(Labels labels, const char* name, std::string value) {
  labels.emplace_back(name, std::move(value));
  return labels;
}

Labels labels_of(const RunFigures& run) { return {{"run", run.run}, {"test", run.test}}; }

Labels labels_of(const RunFigures& run, const std::string& name) {
  return with(with(labels_of(run), "name", name), "method", std::string(method_of(name)));
}

void add_durations(Text& text, const std::vector<RunFigures>& runs) {
  text.family("loads_http_request_duration_seconds", "histogram", "Response times of requests answered with a status below 400.");
  for (const RunFigures& run : runs) {
    for (const auto& [name, figures] : run.requests) {
      const Labels labels = labels_of(run, name);
      for (std::size_t i = 0; i < kBounds.size(); ++i)
        text.sample(with(labels, "le", number(kBounds[i])), std::to_string(figures.within[i]), "_bucket");
      text.sample(with(labels, "le", "+Inf"), std::to_string(figures.count), "_bucket");
      text.sample(labels, number(static_cast<double>(figures.microseconds) / kMicroseconds), "_sum");
      text.sample(labels, std::to_string(figures.count), "_count");
    }
  }
}

void add_requests(Text& text, const std::vector<RunFigures>& runs) {
  text.family("loads_http_requests_total", "counter", "Answered requests by the status of their answers.");
  for (const RunFigures& run : runs) {
    for (const auto& [name, figures] : run.requests) {
      for (const auto& [status, count] : figures.statuses) text.sample(with(labels_of(run, name), "code", std::to_string(status)), count);
    }
  }
  text.family("loads_http_requests_unanswered_total", "counter", "Requests without an answer by their cause.");
  for (const RunFigures& run : runs) {
    for (const auto& [name, figures] : run.requests) {
      for (std::size_t i = 0; i < figures.errors.size(); ++i) {
        const auto cause = static_cast<metrics::RequestError>(i);
        if (figures.errors[i] > 0) text.sample(with(labels_of(run, name), "cause", std::string(to_string(cause))), figures.errors[i]);
      }
    }
  }
}

// A counter with a value for each run.
void add_counter(Text& text, const std::vector<RunFigures>& runs, const char* name, const char* help,
                 const std::function<std::uint64_t(const RunFigures&)>& value) {
  text.family(name, "counter", help);
  for (const RunFigures& run : runs) text.sample(labels_of(run), value(run));
}

// Summed over the names of a run.
std::function<std::uint64_t(const RunFigures&)> sum_of(std::uint64_t RequestFigures::*member) {
  return [member](const RunFigures& run) {
    std::uint64_t sum = 0;
    for (const auto& [name, figures] : run.requests) sum += figures.*member;
    return sum;
  };
}

void add_counters(Text& text, const std::vector<RunFigures>& runs) {
  add_counter(text, runs, "loads_http_connections_opened_total", "Connections opened for requests.", sum_of(&RequestFigures::connections));
  add_counter(text, runs, "loads_http_sent_bytes_total", "Bytes of requests.", sum_of(&RequestFigures::bytes_sent));
  add_counter(text, runs, "loads_http_received_bytes_total", "Bytes of answers.", sum_of(&RequestFigures::bytes_received));
  add_counter(text, runs, "loads_websockets_opened_total", "Web sockets opened.", [](const RunFigures& run) { return run.sockets_opened; });
  add_counter(text, runs, "loads_websocket_messages_sent_total", "Messages sent by web sockets.",
              [](const RunFigures& run) { return run.messages_sent; });
  add_counter(text, runs, "loads_websocket_messages_received_total", "Messages received by web sockets.",
              [](const RunFigures& run) { return run.messages_received; });
  text.family("loads_test_runs_total", "counter", "Runs of the test by their outcome.");
  for (const RunFigures& run : runs) {
    for (std::size_t i = 0; i < run.outcomes.size(); ++i) text.sample(with(labels_of(run), "outcome", kOutcomeNames[i]), run.outcomes[i]);
  }
}

void add_gauges(Text& text, const Scene& scene) {
  text.family("loads_broker_info", "gauge", "1, with the version of the broker.");
  text.sample({{"version", scene.version}}, 1);
  text.family("loads_agents", "gauge", "Agents that the broker knows, by their state.");
  for (std::size_t i = 0; i < scene.agents.size(); ++i)
    text.sample({{"state", std::string(to_string(static_cast<proto::AgentState>(i)))}}, scene.agents[i]);
  text.family("loads_run_info", "gauge", "1, with the state of a run that goes on or has ended lately.");
  for (const RunFigures& run : scene.runs) text.sample(with(labels_of(run), "state", run.state), 1);
  text.family("loads_run_validity", "gauge", "1 for what the figures of a run are as far as can be told now: valid, suspect or invalid.");
  for (const RunFigures& run : scene.runs) {
    for (std::size_t i = 0; i < count_of(metrics::Validity{}); ++i) {
      const auto validity = static_cast<metrics::Validity>(i);
      text.sample(with(labels_of(run), "validity", std::string(to_string(validity))), validity == run.validity ? 1 : 0);
    }
  }
  text.family("loads_users", "gauge", "Virtual users at work.");
  for (const RunFigures& run : scene.runs) text.sample(labels_of(run), run.users);
}

// The names of older runs first: a new run takes none from one whose counters somebody follows.
void bound_names(std::vector<RunFigures>& runs) {
  std::size_t room = kMostNamesShown;
  for (RunFigures& run : runs) {
    std::map<std::string, RequestFigures> shown;
    for (const auto& [name, figures] : run.requests) {
      const bool fits = room > 0;
      if (fits) --room;
      shown[fits ? label_text(name) : std::string(metrics::kOtherName)].merge(figures);
    }
    run.requests = std::move(shown);
  }
}

void bound_runs(std::vector<RunFigures>& runs) {
  std::ranges::sort(runs, std::less(), &RunFigures::submitted);
  if (runs.size() > kMostRunsShown) runs.erase(runs.begin(), runs.end() - kMostRunsShown);
}

}  // namespace

std::string label_text(std::string_view text) {
  const bool valid = is_utf8(text);
  std::string label(metrics::bounded(text, kLongestLabel));
  for (char& c : label) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7f || (byte > 0x7f && !valid)) c = '?';
  }
  return label;
}

std::string_view method_of(std::string_view name) {
  constexpr std::array<std::string_view, 9> kMethods = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE"};
  const std::string_view word = name.substr(0, name.find(' '));
  return word.size() < name.size() && std::ranges::find(kMethods, word) != kMethods.end() ? word : std::string_view();
}

std::string exposition(Scene scene) {
  bound_runs(scene.runs);
  bound_names(scene.runs);
  Text text;
  add_gauges(text, scene);
  add_durations(text, scene.runs);
  add_requests(text, scene.runs);
  add_counters(text, scene.runs);
  return text.take();
}

}  // namespace loads::broker
