#!/usr/bin/env python3
"""An agent that is asked to end: it does so soon, and nothing of what it has measured is lost."""

import signal

import cluster


class EndingTest(cluster.ClusterTest):
    agents = 1

    def start_run(self):
        before = self.target.answered()
        run = self.start_detached("visits.Visits.two_pages", "-u", "2", "-d", "1m", "--agents", "1", *self.at_target())
        self.wait_until(lambda: self.target.answered() > before + 10, "the run has begun")
        return run, before

    def end_agent(self):
        agent = self.cluster.agents.pop()
        agent.send_signal(signal.SIGTERM)
        self.assertEqual(agent.wait(timeout=10), 0)

    def test_its_broker_has_all_figures_before_it_goes(self):
        run, before = self.start_run()
        self.end_agent()
        outcome = self.runner.run("--attach", run)
        self.assertEqual(outcome.field("Hits"), self.target.answered() - before, str(outcome) + str(self.cluster))
        self.cluster.start_agents(1)

    def test_where_there_is_no_broker_it_takes_its_figures_along_to_its_next_start(self):
        run, before = self.start_run()
        self.cluster.kill_broker()
        self.end_agent()
        self.cluster.start_broker()
        self.cluster.start_agents(1)
        self.cluster.wait_for(self.runner, "Broker running")
        outcome = self.runner.run("--attach", run)
        self.assertEqual(outcome.field("Hits"), self.target.answered() - before, str(outcome) + str(self.cluster))


if __name__ == "__main__":
    cluster.main()
