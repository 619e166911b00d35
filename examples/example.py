from loads.case import TestCase

class TestWebSite(TestCase):

    def test_es(self):
        self.session.get('http://localhost:9200')
