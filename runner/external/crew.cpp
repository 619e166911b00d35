#include "runner/external/crew.h"

#include <utility>

namespace loads::runner {

Crew::Crew(const plan::Step& step, plan::Seconds ramp_up, TimePoint began, StartOf start_of, wire::Poller& poller)
    : users_(step.users), ramp_up_(ramp_up), began_(began), start_of_(std::move(start_of)), poller_(poller) {}

Crew::~Crew() {
  for (const Member& member : members_) {
    if (member.end.is_open()) poller_.remove_descriptor(member.end.get());
  }
}

Crew::TimePoint Crew::start_time(std::uint32_t index) const {
  return began_ + std::chrono::duration_cast<TimePoint::duration>(plan::start_offset(index, users_, ramp_up_));
}

Crew::TimePoint Crew::next_start() const { return next_user_ < users_ ? start_time(next_user_) : TimePoint::max(); }

void Crew::start_due(TimePoint now) {
  while (next_user_ < users_ && start_time(next_user_) <= now) {
    const std::uint32_t user = ++next_user_;
    Process process(start_of_(user));
    Descriptor end = process.open_end();
    if (end.is_open()) poller_.add_descriptor(end.get());
    members_.push_back({std::move(process), std::move(end), user});
  }
}

void Crew::reap(const std::function<void(std::uint32_t user, int status)>& ended) {
  std::vector<Member> left;
  for (Member& member : members_) {
    const auto status = member.process.ended();
    if (!status) {
      left.push_back(std::move(member));
      continue;
    }
    if (member.end.is_open()) poller_.remove_descriptor(member.end.get());
    ended(member.user, *status);
  }
  members_ = std::move(left);
}

void Crew::signal(int number) const {
  for (const Member& member : members_) member.process.signal(number);
}

}  // namespace loads::runner
