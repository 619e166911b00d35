#include "unit/proto/samples.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "proto/codec.h"
#include "proto/console_messages.h"

namespace loads::proto::samples {
namespace {

using namespace std::chrono_literals;

constexpr const char* kRun = "0badcafe";
constexpr const char* kAgent = "0123456789abcdef0123456789abcdef";
constexpr const char* kBundle = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

WallTime wall(std::chrono::nanoseconds since_2026) { return WallTime(1767225600s + since_2026); }

metrics::Tally tally() { return {1000, 990, 980, 10, {900, 20, 30, 4, 5}}; }

metrics::Problem problem() {
  return {
      metrics::ProblemKind::failure, metrics::ErrorClass::target, "expected 200, got 503", "shop.cpp:14", "GET /", 3, wall(1s), wall(2s)};
}

metrics::Slice slice(std::uint32_t step) {
  metrics::Slice slice;
  slice.step = step;
  metrics::RequestStats& stats = entry(slice.requests, "GET /");
  for (const auto time : {1ms, 3ms, 3ms, 250ms}) {
    stats.add({200, metrics::RequestError::none, time == 1ms, time, {1us, 2us, 3us, 4us, time - 15us, 5us}, 100, 2000});
  }
  stats.add({503, metrics::RequestError::none, false, 7ms, {}, 100, 50});
  stats.add({0, metrics::RequestError::timeout, false, 30s, {}, 100, 0});
  slice.counters["basket"] = -7;
  entry(slice.trends, "price").record(12'500, 2);
  slice.checks["is cheap"] = {5, 1};
  slice.outcomes = {9, 1, 2, 0, 0};
  slice.problems.add(problem());
  slice.unread_statuses[404] = 2;
  slice.sockets.opened = 4;
  slice.sockets.bytes_received = 4096;
  return slice;
}

plan::Plan plan() {
  plan::Plan plan{"shop.TestShop.test_buy", {}, 1500ms, 2};
  plan.steps = {{10, 20, std::nullopt}, {30, std::nullopt, 60s}};
  return plan;
}

RunOrder order(std::uint32_t minor) {
  RunOrder order;
  order.plan = plan();
  order.test = {"", "POST", "a=1", "build/shop.so", "TestShop", "test_buy", "x86_64", kBundle, 123'456};
  order.settings = {2, "http://localhost:9000", {{"Accept", "text/html"}}, 30s, 10s, false, 42, {{"colour", "blue"}}};
  order.user = "tarek@laptop";
  order.on_broker_loss = BrokerLoss::stop;
  order.broker_loss_limit = 61s;
  order.wait_agents = 5s;
  order.note = "nightly";
  if (minor < 1) return order;
  order.worker_restarts = 3;
  order.rebalance = true;
  return order;
}

LeaseProgress progress() { return {kRun, 7, 30, 0.25, tally()}; }

Batch batch() {
  Batch batch{kRun, 7, 3, 2s, 3s, {slice(0), slice(1)}, {{0, 2500ms}}, tally(), {}};
  batch.result = ShareResult{ShareEnd::crashed, "SIGSEGV in test TestShop.test_buy", 6, {{"late", "sent late by 3ms"}}};
  return batch;
}

RunStatus status(std::uint32_t minor) {
  RunStatus status;
  status.run = kRun;
  status.state = RunState::incomplete;
  status.plan = plan();
  status.user = "tarek@laptop";
  status.submitted = wall(10s);
  status.started = wall(12s);
  status.duration = 63s;
  status.agents = {{7, "host/4711", 30, 0.5, true, ShareEnd::agent_lost, "silent for 10s", 6, 42s, "", 0s},
                   {8, "host/4712", 30, 1, false, {}, "", 0, 0s, "", 0s}};
  status.warnings = {{"agents-lost", "1 of 2 agents was lost"}};
  status.message = "an agent was lost";
  status.exit_code = 3;
  status.error_id = "agent-lost";
  status.balanced = false;
  if (minor < 1) return status;
  status.agents[0].taken_by = "host/4712";
  status.agents[0].taken_at = 55s;
  return status;
}

metrics::Totals totals() {
  metrics::Totals totals;
  totals.add(slice(0));
  totals.add(slice(1));
  totals.set_step_duration(0, 2500ms);
  return totals;
}

Pong pong() {
  const RunLine line{kRun, RunState::running, "shop.TestShop.test_buy", "tarek@laptop", wall(10s), 2};
  const RunLine ended{"00000001", RunState::finished, "GET http://localhost", "root@ci", wall(1s), 1};
  const AgentStatus agent{kAgent, "host/4711", "1.0.0", "x86_64", 8, AgentState::suspect, kRun, 3500ms, 20us};
  return {5, 4242, kMajor, "1.0.0", 9, "tcp://127.0.0.1:7802", {agent}, {line}, {ended}, {{"disk-full", "no space left"}}};
}

template <typename Messages>
Answer decode_encode(std::string_view bytes) {
  const auto decoded = decode<Messages>(bytes);
  if (!decoded) return {"", decoded.error};
  return {encode(decoded.message), ""};
}

template <typename Messages, typename... Each>
void add(std::vector<Sample>& samples, const Each&... each) {
  (samples.push_back({std::string(Each::kType), encode(each), decode_encode<Messages>}), ...);
}

plan::Steering steering() { return {{{10s, 1.5}, {20s, 0}, {20s, 1.5}}, {{17s, {1, 6}}, {plan::Seconds(30.25), {13, 24}}}}; }

std::vector<Sample> make(std::uint32_t minor) {
  std::vector<Sample> samples;
  const Hello hello{
      kMajor, minor, "1.0.0", kAgent, 12, 0xfedcba9876543210, "host/4711", "x86_64", "loads-1-gcc12", 8, {{kRun, 7, true, true, 3}}};
  const LeaseVerdict verdict{kRun, 7, LeaseDecision::stop, 2, tally()};
  add<FromAgent>(samples, hello, Beat{5s, -1ns, {{kRun, 7, true, true, 3}}, {progress()}},
                 Prepared{kRun, 7, 2, "no-test", "no test TestShop"}, WantChunk{kBundle, 262'144}, batch(), Goodbye{3});
  add<FromWorker>(samples, progress());
  add<ToAgent>(samples, Welcome{"cluster-1", 9, "1.0.0", minor, 64, {verdict}}, Rehello{9}, Refused{"version", "another version"},
               BeatAnswer{5s, 7s, 7100ms}, Prepare{kRun, 7, 1, order(minor)}, Chunk{kBundle, 262'144, {0x7f, 'E', 'L', 'F'}},
               Start{kRun, 7, 15s, minor > 0}, Stop{kRun, 7, true}, Ack{kRun, 7, 3});
  if (minor > 0) add<ToWorker>(samples, Prolong{kRun, 7, 26s});
  if (minor > 1) {
    add<ToWorker>(samples, Proceed{kRun, 7, 1, 26s}, Steer{kRun, 7, steering()});
    add<FromConsole>(samples, SteerRun{10, "0bad", SteerKind::pause, 1.5});
    add<ToConsole>(samples, Steered{10, kRun, 20s, 0.5});
  }
  add<FromConsole>(samples, Ping{5, kMajor, "1.0.0"}, Submit{6, kMajor, kAgent, order(minor)}, StopRun{7, "0bad", true}, Attach{8, "0bad"},
                   Purge{9});
  add<ToConsole>(samples, pong(), Submitted{6, kRun}, Done{7, 1}, Error{8, 2, "no-run", "no run 0bad"},
                 Snapshot{8, 9, 77, status(minor), totals()});
  return samples;
}

metrics::History history() {
  metrics::History history;
  history.add(0s, 1s, 10, {slice(0)});
  history.add(2s, 3s, 30, {slice(0), slice(1)});
  return history;
}

void add_of_1_2(metrics::Slice& slice) {
  metrics::SocketStats& sockets = slice.sockets;
  sockets.closed = 3;
  sockets.messages_sent = 100;
  sockets.messages_received = 90;
  sockets.bytes_sent = 5000;
  sockets.round_trips.record(1500, 80);
  sockets.errors = {1, 2, 3, 4, 5, 6};
  auto& errors = slice.requests["GET /"].errors;
  for (std::size_t i = kFirstRequestErrors + 1; i < metrics::kRequestErrors; ++i) errors[i] = i;
}

void add_of_1_2(EngineSettings& settings) {
  settings.connections = {true,
                          "authorities",
                          "certificate",
                          "key",
                          true,
                          {"proxy.example", 3128, "Basic dTpw"},
                          {"secure.example", 3129, ""},
                          {"localhost"},
                          {{"shop.example", 80, "127.0.0.1", 8080}},
                          "/run/web.sock",
                          {"127.0.0.2"},
                          ConnectionPolicy::shared,
                          HttpVersion::http2};
  settings.session = {"machine shop.example login tarek password secret", 7};
}

std::vector<Sample> make_with_all_set(std::uint32_t minor) {
  std::vector<Sample> samples;
  Batch some = batch();
  some.users = 30;
  some.slices[0].requests["GET /"].errors[static_cast<std::size_t>(metrics::RequestError::not_allowed)] = 5;
  if (minor >= 2) add_of_1_2(some.slices[0]);
  Submit submit{6, kMajor, kAgent, order(1)};
  if (minor >= 2) {
    add_of_1_2(submit.order.settings);
    submit.order.test.packages = {{"httpx>=0.27"}, {"loads-wheels/shop-1.0-py3-none-any.whl"}, true};
    submit.order.test.external = {"node runner.js {test}", "site.front_page", 2s};
  }
  submit.observers = {{"webhook", "https://chat.example/hooks/4711", {}, "", "", ""},
                      {"email", "", {"a@example.org", "b@example.org"}, "mail.example:25", "ci@example.org", ""},
                      {"command", "", {}, "", "", "logger"}};
  Snapshot snapshot{8, 9, 77, status(1), totals()};
  snapshot.history = history();
  add<FromAgent>(samples, some);
  add<FromConsole>(samples, submit);
  add<ToConsole>(samples, snapshot);
  if (minor >= 2) add<ToWorker>(samples, Start{kRun, 7, 15s, true, 20s});
  return samples;
}

metrics::Exemplar exemplar(const char* name, int status) {
  metrics::Exemplar exemplar;
  exemplar.sent = wall(1234ms);
  exemplar.name = name;
  exemplar.status = status;
  if (status == 0) exemplar.error = metrics::RequestError::stream_reset;
  exemplar.method = "GET";
  exemplar.url = "http://localhost:9000/slow?a=1";
  exemplar.total = 1240ms;
  exemplar.phases = {1us, 2us, 3us, 4us, 1230ms, 5us};
  exemplar.bytes_sent = 100;
  exemplar.bytes_received = 2000;
  exemplar.new_connection = true;
  exemplar.address = "127.0.0.1:9000";
  exemplar.step = 1;
  exemplar.agent = 2;
  exemplar.user = 17;
  exemplar.request = "GET /slow?a=1 HTTP/1.1\nHost: localhost:9000\n";
  exemplar.answer = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";
  return exemplar;
}

metrics::ExemplarTable exemplars() {
  metrics::ExemplarTable table;
  table.add(exemplar("GET /slow", 200));
  metrics::Exemplar faulty = exemplar("GET /", 200);
  faulty.location = "shop.cpp:14";
  faulty.message = "expected a basket";
  table.add(faulty);
  table.add(exemplar("GET /lost", 0));
  return table;
}

std::vector<Sample> make_with_exemplars() {
  std::vector<Sample> samples;
  Batch some = batch();
  some.slices[1].exemplars = exemplars();
  metrics::Slice first = slice(0);
  first.exemplars = exemplars();
  metrics::Totals whole;
  whole.add(first);
  whole.add(slice(1));
  add<FromAgent>(samples, some);
  add<ToConsole>(samples, Snapshot{8, 9, 77, status(1), whole});
  return samples;
}

std::vector<Sample> make_with_conditions() {
  std::vector<Sample> samples;
  Submit submit{6, kMajor, kAgent, order(1)};
  submit.order.conditions = {{"p95<500ms", "errors<1%"}, {"errors>50% for 10s"}, true, 3, 0};
  Prepared prepared{kRun, 7, 0, "", ""};
  prepared.thresholds = {"p95<500ms"};
  Snapshot snapshot{8, 9, 77, status(1), totals()};
  snapshot.status.thresholds = {"p95<500ms", "errors<1%"};
  snapshot.status.abort = {true, "errors>50% for 10s: 62.1%"};
  add<FromConsole>(samples, submit);
  add<FromWorker>(samples, prepared);
  add<ToConsole>(samples, snapshot);
  return samples;
}

plan::Plan plan_of_rates() {
  plan::Plan plan;
  plan.test = "shop.TestShop.test_buy";
  plan.agents = 2;
  plan.steps = plan::make_rate_steps({500}, 60s, 2s, 1000);
  plan.steps.push_back(plan::make_shaped_step(plan::make_profile({{30s, 10}, {0s, 4}, {10s, 4}})));
  plan.spacing = plan::Spacing::poisson;
  plan.pacing = 5s;
  plan.think_least = 500ms;
  plan.think_most = 1500ms;
  plan.warm_up = 10s;
  return plan;
}

metrics::Slice slice_of_rate() {
  metrics::Slice some = slice(0);
  metrics::RequestRecord record;
  record.status = 200;
  record.total = 3ms;
  record.delay = 2ms;
  entry(some.requests, "GET /").add(record, true);
  some.arrivals.late.record(120, 3);
  some.arrivals.waited.record(2'000'000);
  some.arrivals.missed = 4;
  return some;
}

std::vector<Sample> make_with_load_models() {
  std::vector<Sample> samples;
  Submit submit{6, kMajor, kAgent, order(1)};
  submit.order.plan = plan_of_rates();
  Batch some = batch();
  some.slices[0] = slice_of_rate();
  some.slices[1].warm_up = true;
  metrics::Totals whole;
  for (const metrics::Slice& one : some.slices) whole.add(one);
  add<FromConsole>(samples, submit);
  add<FromAgent>(samples, some);
  add<ToConsole>(samples, Snapshot{8, 9, 77, status(1), whole});
  return samples;
}

std::vector<Sample> make_with_steering() {
  std::vector<Sample> samples;
  HeldLease held{kRun, 7, true, true, 3};
  held.steered = 5;
  Snapshot snapshot{8, 9, 77, status(1), totals()};
  snapshot.status.steering = {steering().changes, {}};
  snapshot.status.agents.at(0).taken_by = "host/1, host/2";
  snapshot.status.agents.at(0).takers = 2;
  add<FromAgent>(samples, Beat{5s, -1ns, {held}, {progress()}});
  add<ToConsole>(samples, snapshot);
  return samples;
}

std::vector<Sample> make_with_trust() {
  std::vector<Sample> samples;
  Hello hello{kMajor, kMinor, "1.0.0", kAgent, 12, 0xfedcba9876543210, "host/4711", "x86_64", "loads-1-gcc12", 8, {}};
  hello.calibration = {wall(10s), 182'000, 90us, 20'000, 28'232, 8, "6.1.0", "1.0.0", "cores: 8 then, 4 now"};
  Pong answer = pong();
  answer.ended[0].validity = metrics::Validity::invalid;
  add<FromAgent>(samples, hello);
  add<ToConsole>(samples, answer);
  return samples;
}

std::vector<Sample> make_with_notes() {
  std::vector<Sample> samples;
  Pong answer = pong();
  answer.runs.at(0).note = answer.ended.at(0).note = "before the change";
  Snapshot snapshot{8, 9, 77, status(1), totals()};
  snapshot.status.note = "before the change";
  add<ToConsole>(samples, answer, snapshot);
  return samples;
}

}  // namespace

const std::vector<Sample>& with_notes() {
  static const std::vector<Sample> samples = make_with_notes();
  return samples;
}

const std::vector<Sample>& with_steering() {
  static const std::vector<Sample> samples = make_with_steering();
  return samples;
}

const std::vector<Sample>& with_trust() {
  static const std::vector<Sample> samples = make_with_trust();
  return samples;
}

const std::vector<Sample>& with_load_models() {
  static const std::vector<Sample> samples = make_with_load_models();
  return samples;
}

const std::vector<Sample>& with_conditions() {
  static const std::vector<Sample> samples = make_with_conditions();
  return samples;
}

const std::vector<Sample>& with_exemplars() {
  static const std::vector<Sample> samples = make_with_exemplars();
  return samples;
}

const std::vector<Sample>& with_all_set() {
  static const std::vector<Sample> samples = make_with_all_set(kMinor);
  return samples;
}

const std::vector<Sample>& with_all_set_of_1_1() {
  static const std::vector<Sample> samples = make_with_all_set(1);
  return samples;
}

const std::vector<Sample>& all() {
  static const std::vector<Sample> samples = make(kMinor);
  return samples;
}

const std::vector<Sample>& of_1_1() {
  static const std::vector<Sample> samples = make(1);
  return samples;
}

const std::vector<Sample>& of_1_0() {
  static const std::vector<Sample> samples = make(0);
  return samples;
}

const Sample& of(std::string_view type) {
  const auto found = std::ranges::find(all(), type, &Sample::type);
  if (found == all().end()) throw std::logic_error("no sample of " + std::string(type));
  return *found;
}

}  // namespace loads::proto::samples
