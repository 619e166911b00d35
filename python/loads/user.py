"""Who runs the test."""

import random

from loads import _engine


class User:
    """The virtual user: self.user of a test case."""

    def __init__(self):
        self._random = None

    @property
    def index(self):
        """Of this agent's users: 0 to `users` - 1."""
        return _engine.place()[0]

    @property
    def users(self):
        """Of this agent, in this step."""
        return _engine.place()[1]

    @property
    def runs(self):
        """Test runs that this user has begun, the present one included."""
        return _engine.place()[2]

    @property
    def agent(self):
        """Which agent of the run, from 0; 0 in a local run."""
        return _engine.place()[3]

    @property
    def agents(self):
        """How many of them."""
        return _engine.place()[4]

    @property
    def random(self):
        """A random.Random, seeded by --seed, the agent and the index: the same run again gives the same numbers."""
        if self._random is None:
            self._random = random.Random(f"{_engine.seed()}/{self.agent}/{self.index}")
        return self._random

    def variable(self, name, otherwise=""):
        """What -e NAME=VALUE gave."""
        return _engine.variables().get(name, otherwise)
