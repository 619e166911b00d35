from loads.case import TestCase

class TestWebSite(TestCase):

    def test_something(self):
        self.assertTrue('Search' in self.app.get('/'))
