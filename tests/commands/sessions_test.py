#!/usr/bin/env python3
"""Sessions beside Requests and curl: the same visits, and the same has to arrive at the server."""

import shutil
import string
import subprocess
import unittest
import unittest.mock

import support
import web_servers
import witness

try:
    import requests
except ImportError:
    requests = None


class SessionsTest(support.CommandTest):
    maxDiff = None

    def setUp(self):
        self.server = witness.Witness()
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.home, self.away = f"http://127.0.0.1:{self.server.port}", f"http://localhost:{self.server.port}"

    def visit(self, test, *options, exit_code=0):
        """Runs the test; gives what the server and what the test has seen."""
        outcome, result = self.runner.measure(f"sessions.Sessions.{test}", "-e", f"home={self.home}", "-e", f"away={self.away}", *options)
        self.assert_ended(outcome, exit_code)
        return self.server.take_seen(), result

    def compare(self, ours, theirs, *headers):
        self.assertEqual([seen.of(*headers) for seen in ours], [seen.of(*headers) for seen in theirs])
        self.assertTrue(theirs)


@unittest.skipUnless(requests, "python3-requests is not installed")
class BesideRequestsTest(SessionsTest):
    def setUp(self):
        super().setUp()
        self.session = requests.Session()
        self.session.trust_env = False
        self.addCleanup(self.session.close)

    def see(self, answer):
        """As the module writes what it has seen."""
        return " after ".join([f"{answer.status_code} {answer.url}"] + [str(before.status_code) for before in answer.history])

    def test_redirects(self):
        seen, result = self.visit("redirects")
        answers = [self.session.request(method, f"{self.home}/redirect/{status}#part", data={"a": "b c"} if method[0] == "P" else None)
                   for method in ("GET", "POST", "PUT", "DELETE", "HEAD") for status in (301, 302, 303, 307, 308)]
        self.compare(seen, self.server.take_seen(), "content-type")
        self.assertEqual(set(result["counters"]), {self.see(answer) for answer in answers})
        self.assertEqual(result["totals"]["hits"], 50)

    def test_too_many_redirects(self):
        seen, result = self.visit("loop", exit_code=1)
        self.assertRaises(requests.TooManyRedirects, self.session.get, self.home + "/loop")
        self.compare(seen, self.server.take_seen())
        self.assertEqual(result["totals"]["hits"], 31)
        self.assertIn("more than 30 redirects", result["errors"][0]["message"])
        seen, _ = self.visit("loop", "--max-redirects", "3", exit_code=1)
        self.assertEqual(len(seen), 4)

    def test_credentials(self):
        seen, result = self.visit("credentials")
        answers = [self.session.get(self.home + "/to?/end", auth=("anna", "secret")),
                   self.session.get(f"{self.home}/to?{self.away}/end", auth=("anna", "secret")),
                   self.session.get(f"{self.home}/to?{self.away}/end", headers={"Authorization": "Token x"}),
                   self.session.get(self.home.replace("//", "//bert:p%40ss@") + "/to?/end")]
        self.compare(seen, self.server.take_seen(), "authorization", "host")
        self.assertEqual(set(result["counters"]), {self.see(answer).replace("bert:p%40ss@", "") for answer in answers})

    def test_cookies(self):
        seen, result = self.visit("cookies")
        self.session.get(self.home + "/set?a=1&b=2")
        self.session.get(self.home + "/deep/set?c=3")
        self.session.get(self.home + "/deep/er/page")
        self.session.get(self.away + "/deep/er/page")
        self.session.get(self.home + "/login?d=4")
        self.session.get(self.home + "/page", cookies={"extra": "5"})
        self.session.get(self.home + "/set?a=;+Max-Age=0")
        self.session.cookies.set("own", "6")
        self.session.get(self.home + "/page")
        self.session.get(self.away + "/page")
        self.compare(seen, self.server.take_seen(), "cookie", "host")
        self.assertEqual(set(result["counters"]), {f"{cookie.name}={cookie.value}" for cookie in self.session.cookies})

    def test_uploads(self):
        path = self.scratch() / "report.csv"
        path.write_bytes(b"a,b\r\n" * 100_000)
        seen, _ = self.visit("uploads", "-e", f"file={path}")
        with open(path, "rb") as report:
            self.session.post(self.home + "/upload", data={"user": "anna", "n": "1"},
                              files=[("report", ("report.csv", report, "text/csv")), ("note", ("a \"b\".txt", "some\r\ntext")), ("plain", "x")])
        self.session.post(self.home + "/redirect/307", files={"again": "twice"})
        self.compare(seen, self.server.take_seen(), "content-type")

    def test_digest(self):
        seen, result = self.visit("digest")
        answers = []
        for algorithm in ("MD5", "SHA-256"):
            auth = requests.auth.HTTPDigestAuth("anna", "secret")
            answers += [self.session.get(f"{self.home}/digest?{algorithm}", auth=auth) for _ in range(2)]
        answers.append(self.session.post(self.home + "/digest?MD5", data="body", auth=requests.auth.HTTPDigestAuth("anna", "secret")))
        answers.append(self.session.get(self.home + "/digest?MD5", auth=requests.auth.HTTPDigestAuth("anna", "wrong")))
        theirs = self.server.take_seen()
        self.assertEqual([answer.status_code for answer in answers], [200, 200, 200, 200, 200, 401])
        self.assertEqual(sum(result["counters"].values()), 6)
        self.assertEqual(result["status_codes"]["200"], 5)
        # A nonce goes on from request to request here, so that fewer are asked for: of two algorithms in turn, and of another password.
        self.assertLessEqual(len(seen), len(theirs))

    def test_codings(self):
        _, result = self.visit("codings")
        answers = {coding: self.session.get(f"{self.home}/coded?{coding}").content for coding in witness.CODED}
        self.assertEqual(set(result["counters"]), {f"{coding} {len(body)}" for coding, body in answers.items()})

    def test_netrc(self):
        netrc = self.scratch() / "netrc"
        netrc.write_text("machine 127.0.0.1 login anna password secret\ndefault login any password thing\n", encoding="ascii")
        netrc.chmod(0o600)
        pages = f"{self.home}/to?{self.away}/end {self.away}/end"
        seen, _ = self.visit("visits", "-e", f"pages={pages}", f"--netrc={netrc}")
        with unittest.mock.patch.dict("os.environ", {"NETRC": str(netrc), "NO_PROXY": "*"}):
            self.session.trust_env = True
            for page in pages.split():
                self.session.get(page)
        self.compare(seen, self.server.take_seen(), "authorization", "host")


@unittest.skipUnless(shutil.which("curl"), "curl is not installed")
class BesideCurlTest(SessionsTest):
    HOSTS = ("www.example.com", "example.com", "a.b.example.com", "shop.co.uk", "co.uk", "other.org")

    def test_cookies_of_many_kinds(self):
        # Left out is where curl goes another way than RFC 6265: "Path=relative", and "Path=/in/" at /in.
        sets = ["a=1", "b=2;+Domain=example.com", "c=3;+Domain=.www.example.com;+Path=/in", "d=4;+Domain=other.org", "e=5;+Domain=com",
                "g=7;+Secure", "h=8;+Max-Age=100", "i=9;+Max-Age=0", "j=10;+Expires=Wed,+09-Nov-1999+23:12:40+GMT",
                "k=11;+expires=Fri,+31+Dec+2038+23:59:59+GMT", "__Secure-l=12", "__Host-m=13;+Path=/", "n=%22quoted%22", "o=a=b", "p=;+HttpOnly",
                "a=again", "q=14;+Domain=sub.www.example.com", "S=16;+DOMAIN=EXAMPLE.COM;+PATH=/IN"]
        port = self.server.port
        pages = [f"http://www.example.com:{port}/in/side/set?" + "&".join(sets), f"http://shop.co.uk:{port}/set?t=1;+Domain=co.uk&u=2;+Domain=shop.co.uk"]
        pages += [f"http://{host}:{port}{path}" for host in self.HOSTS for path in ("/", "/in", "/in/side/x", "/inside", "/IN/x")]
        seen, _ = self.visit("visits", "-e", "pages=" + " ".join(pages), "--connect-to", f"::127.0.0.1:{port}")
        jar = self.scratch() / "jar"
        for page in pages:
            subprocess.run(["curl", "-s", "-o", "/dev/null", "-b", jar, "-c", jar, "--noproxy", "*", "--connect-to", f"::127.0.0.1:{port}", page],
                           check=True, timeout=60)
        theirs = self.server.take_seen()
        self.compare(seen, theirs, "cookie", "host")
        self.assertGreater(len([each for each in seen if each.headers.get("cookie")]), 10)

    def test_redirects_of_many_kinds(self):
        locations = ["/end", "end", "../end", "?end", "./a/../end", f"//localhost:{self.server.port}/end", f"{self.away}/end#part", "/with space",
                     "/%7euser", "/caf\u00e9", "//", "/a?b?c", self.home, "/end;p=1"]
        for location in locations:
            page = f"{self.home}/deep/to?{location}".replace(" ", "%20").replace("\u00e9", "%C3%A9")
            with self.subTest(location):
                seen, _ = self.visit("visits", "-e", f"pages={page}", exit_code=1 if location == "//" else 0)
                subprocess.run(["curl", "-s", "-o", "/dev/null", "-L", "--noproxy", "*", page], check=False, timeout=60)
                self.compare(seen, self.server.take_seen(), "host")


NGINX = """
  server {
    listen 127.0.0.1:PORT; root $folder; types { text/html html; } gzip on; gzip_min_length 100; gzip_http_version 1.0;
    location /private { auth_basic "private"; auth_basic_user_file $folder/passwords; try_files /index.html =404; }
    location /old { return 301 /private; }
    location /see-other { return 303 /index.html; }
  }
"""


@unittest.skipUnless(web_servers.find("nginx"), "nginx is not installed")
class AtNginxTest(support.CommandTest):
    def start(self):
        folder = self.scratch()
        (folder / "folder").mkdir()
        for name in ("index.html", "folder/index.html"):
            (folder / name).write_text("Search " * 1000, encoding="ascii")
        (folder / "passwords").write_text("anna:{PLAIN}secret\n", encoding="ascii")
        nginx = web_servers.Nginx(folder, string.Template(NGINX).substitute(folder=folder))
        nginx.__enter__()
        self.addCleanup(nginx.__exit__)
        return f"http://127.0.0.1:{nginx.port}"

    def test_its_packed_pages_redirects_and_passwords(self):
        home = self.start()
        outcome, result = self.runner.measure("sessions.Sessions.at_nginx", "-e", f"home={home}")
        self.assert_ended(outcome, 0)
        self.assertEqual(set(result["counters"]), {
            "packed as gzip", "7000 bytes", f"200 {home}/folder/ after 301", f"200 {home}/index.html after 303",
            f"401 {home}/private after 301", f"200 {home}/private after 301", f"200 {home}/private"})


if __name__ == "__main__":
    support.main()
