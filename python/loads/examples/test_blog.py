"""A test that is installed with loads. It asks http://localhost:9200, or the server that --server-url names:

    python3 -m unittest loads.examples.test_blog
"""

from loads.case import TestCase


class TestWebSite(TestCase):
    server_url = "http://localhost:9200"

    def test_something(self):
        self.session.get("/")

    def test_search(self):
        self.assertIn("Search", self.app.get("/search?q=loads"))
