"""The guide's examples in Python are the files of examples/, word for word, and do what the guide says."""

import pathlib
import shutil
import unittest

from package_support import HERE, PythonTest

EXAMPLES = HERE.parent.parent / "examples"

REQUESTS = """from loads.case import TestCase

class TestWebSite(TestCase):

    def test_es(self):
        self.session.get('http://localhost:9200')
"""
WS4PY = """from loads.case import TestCase

class TestWebSite(TestCase):

    def test_something(self):
        def callback(m):
            results.append(m.data)

        ws = self.create_ws('ws://localhost:9000/ws',
                            callback=callback)
        ws.send('something')
        ws.receive()
        ws.send('happened')
        ws.receive()

        while len(results) < 2:
            time.sleep(.1)

        self.assertEqual(results, ['something', 'happened'])
"""
WEBTEST = """from loads.case import TestCase

class TestWebSite(TestCase):

    def test_something(self):
        self.assertTrue('Search' in self.app.get('/'))
"""
LACKING = ("import time\n\n", "        results = []\n\n")  # in the guide's text


class GuideTest(PythonTest):
    def text_of(self, name):
        return (EXAMPLES / name).read_text(encoding="utf-8")

    def take(self, name):
        self.write(self.text_of(name), name)

    def test_the_examples_are_the_guides(self):
        self.assertEqual(self.text_of("example.py"), REQUESTS)
        self.assertEqual(self.text_of("example_app.py"), WEBTEST)
        text = self.text_of("example_ws.py")
        for lacking in LACKING:
            self.assertIn(lacking, text)
            text = text.replace(lacking, "")
        self.assertEqual(text, WS4PY)

    def test_requests(self):
        self.take("example.py")
        outcome = self.load("example.TestWebSite.test_es", "-u", "100", "-c", "10", server=False)
        self.assertEqual((outcome.field("Hits"), outcome.field("Success")), (1000, 1000))
        outcome = self.load("example.TestWebSite.test_es", "--hits", "20", "-u", "10:20:30", server=False)
        self.assertEqual(outcome.field("Hits"), 1200)

    def test_ws4py(self):
        self.take("example_ws.py")
        outcome = self.load("example_ws.TestWebSite.test_something", "-u", "3", server=False)
        self.assertEqual((outcome.field("Opened web sockets"), outcome.field("Success")), (3, 3))

    def test_webtest(self):
        self.take("example_app.py")
        outcome = self.load("example_app.TestWebSite.test_something", "-c", "3")
        self.assertEqual((outcome.field("Hits"), outcome.field("Success")), (3, 3))

    def test_the_shipped_example(self):
        self.unittest("loads.examples.test_blog")
        shipped = pathlib.Path(self.folder, "blog", "loads", "examples")
        shipped.mkdir(parents=True)
        shutil.copy(HERE.parent.parent / "python" / "loads" / "examples" / "test_blog.py", shipped)
        outcome = self.load("loads.examples.test_blog.TestWebSite.test_something", "--hits", "20", "-u", "10:20:30", "--test-dir",
                            str(pathlib.Path(self.folder, "blog")))
        self.assertEqual((outcome.field("Hits"), outcome.field("Success")), (1200, 1200))

    def test_a_file_to_begin_with(self):
        outcome = self.load("--init", "first.py", server=False)
        self.assertIn("loads-runner first.TestWebSite.test_es", outcome.stdout)
        self.write(pathlib.Path(self.folder, "first.py").read_text(encoding="utf-8"), "first.py")
        self.assert_runs(self.load("first.TestWebSite.test_es", server=False), success=1)
        self.unittest("first", LOADS_OPT_SERVER_URL="")


if __name__ == "__main__":
    unittest.main()
