#include "broker/core/capacity.h"

#include <gmock/gmock.h>

#include <cmath>

namespace loads::broker {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Agent agent(const std::string& name, double rate, std::uint64_t files = 20'000) {
  Agent one;
  one.hello.name = name;
  one.hello.calibration = {{}, rate, {}, files, 28'232, 2, "6.1", "1.0.0"};
  return one;
}

plan::Plan plan_of_rate(double rate, std::uint32_t agents) {
  plan::Plan plan;
  plan.agents = agents;
  plan.steps = plan::make_rate_steps({rate / 10, rate}, plan::Seconds(60), plan::Seconds(0), 100);
  return plan;
}

std::vector<std::string> notes(const plan::Plan& plan, const std::vector<Agent>& agents) {
  std::vector<const Agent*> all;
  for (const Agent& one : agents) all.push_back(&one);
  std::vector<std::string> texts;
  for (const proto::Warning& note : beyond_capacity(plan, all)) {
    EXPECT_EQ(note.id, "beyond-calibration");
    EXPECT_EQ(note.validity, metrics::Validity::valid);
    texts.push_back(note.message);
  }
  return texts;
}

TEST(Capacity, APlanThatIsBeyondAMachineIsNoted) {
  const std::vector<Agent> agents{agent("web-1/11", 10'000), agent("web-2/22", 4'000)};
  EXPECT_THAT(notes(plan_of_rate(8'000, 2), agents), IsEmpty());
  EXPECT_THAT(notes(plan_of_rate(9'000, 2), agents),
              ElementsAre(AllOf(HasSubstr("machine web-2 is to begin 4500 test runs a second, and can send 4000 plain requests"),
                                Not(HasSubstr("1 other")))));
  EXPECT_THAT(notes(plan_of_rate(90'000, 2), agents),
              ElementsAre(AllOf(HasSubstr("machine web-2"), HasSubstr(" 1 other machine is beyond its calibration, too."))));
}

TEST(Capacity, AgentsOfAMachineShareIt) {
  EXPECT_THAT(notes(plan_of_rate(9'000, 2), {agent("web-1/11", 8'000), agent("web-1/12", 8'000)}),
              ElementsAre(HasSubstr("machine web-1 is to begin 9000 test runs a second")));
}

TEST(Capacity, MoreUsersThanThereMayBeConnectionsAreNoted) {
  plan::Plan plan;
  plan.steps = plan::make_steps({100, 1'500}, {}, plan::Seconds(60));
  EXPECT_THAT(notes(plan, {agent("web-1/11", 10'000, 1'024)}),
              ElementsAre(HasSubstr("machine web-1 is to have 1500 users, and connections for 1024 by its calibration")));
  EXPECT_THAT(notes(plan, {agent("web-1/11", 10'000)}), IsEmpty());
}

TEST(Capacity, OfMachinesThatAreNotCalibratedNothingIsKnown) {
  EXPECT_THAT(notes(plan_of_rate(1e9, 2), {Agent{}, agent("x", 0)}), IsEmpty());
  EXPECT_THAT(notes(plan_of_rate(1e9, 1), {agent("x", std::nan(""))}), IsEmpty()) << "nor of one that says nonsense";
}

TEST(Capacity, ACalibrationThatIsOldIsSaid) {
  Agent old = agent("web-1/11", 1'000);
  old.hello.calibration.stale = "cores: 4 then, 2 now";
  EXPECT_THAT(notes(plan_of_rate(9'000, 1), {old}), ElementsAre(HasSubstr("(cores: 4 then, 2 now).")));
}

}  // namespace
}  // namespace loads::broker
