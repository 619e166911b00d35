#!/usr/bin/env python3
"""The broker's figures for Prometheus: read by promtool and by a Prometheus, and no way to harm the broker."""

import json
import os
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import cluster


def get(url, **headers):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        return answer.read().decode()


def samples_of(text, name):
    """{labels: value} of a metric."""
    found = re.findall(rf"^{name}\{{(.*)\}} (\S+)$", text, re.M)
    return {labels: float(value) for labels, value in found}


class MetricsTest(cluster.ClusterTest):
    agents = 2
    broker_options = ("--web", "127.0.0.1:0")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = re.search(r"figures for Prometheus at (http://\S+)", str(cls.cluster)).group(1)

    def figures(self):
        return get(self.url)

    def figures_at_the_end(self, run):
        """A text may be a second old."""
        ended = re.compile(rf'loads_run_info{{run="{run}",.*state="finished"}}')
        self.wait_until(lambda: ended.search(self.figures()), "the run's end is shown")
        return self.figures()

    def run_to_the_end(self, *arguments):
        outcome = self.runner.run(*arguments, "--agents", "2")
        self.assert_ended(outcome, 0)
        return self.run_of(outcome), outcome.field("Hits")

    def check(self, text):
        if shutil.which("promtool") is None:
            self.skipTest("promtool (Debian: prometheus) is not here")
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))

    def test_promtool_has_nothing_to_say(self):
        run, hits = self.run_to_the_end("figures.Figures.statuses", "-u", "2", "-c", "20", *self.at_target())
        text = self.figures_at_the_end(run)
        self.check(text)
        self.assertEqual({labels.split(",")[2]: value for labels, value in samples_of(text, "loads_run_validity").items() if run in labels},
                         {'validity="valid"': 1, 'validity="suspect"': 0, 'validity="invalid"': 0})
        mine = {labels: value for labels, value in samples_of(text, "loads_http_requests_total").items() if f'run="{run}"' in labels}
        self.assertEqual(sum(mine.values()), hits)
        self.assertGreater(len({re.search('code="(.*?)"', labels).group(1) for labels in mine}), 1)

    def test_a_run_is_seen_while_it_goes_on_and_after(self):
        run = self.start_detached(self.target.url + "/", "-u", "3", "-d", "60s", "--agents", "2")
        labels = f'run="{run}",test="{self.target.url}/"'
        self.wait_until(lambda: samples_of(self.figures(), "loads_users").get(labels) == 6, "six users are at work")
        self.assertEqual(samples_of(self.figures(), "loads_agents")['state="busy"'], 2)
        self.assertIn(f'loads_run_info{{{labels},state="running"}} 1\n', self.figures())
        self.runner.run("--stop", run)
        self.wait_until(lambda: f'loads_run_info{{{labels},state="stopped"}} 1\n' in self.figures(), "it has stopped")
        text = self.figures()
        self.assertEqual(samples_of(text, "loads_users")[labels], 0)
        report = self.scratch() / "result.json"
        self.runner.run("--report", run, "--json", str(report))
        hits = json.loads(report.read_text(encoding="utf-8"))["totals"]["hits"]
        self.assertEqual(samples_of(text, "loads_http_request_duration_seconds_count")[labels + ',name="GET /",method="GET"'], hits)

    def test_a_prometheus_scrapes_it(self):
        if shutil.which("prometheus") is None:
            self.skipTest("prometheus is not here")
        run, hits = self.run_to_the_end(self.target.url + "/", "-u", "2", "-c", "50")
        folder = self.scratch()
        address = urllib.parse.urlsplit(self.url).netloc
        (folder / "config.yml").write_text(
            "global: {scrape_interval: 200ms, scrape_timeout: 200ms}\n"
            f"scrape_configs: [{{job_name: loads, static_configs: [{{targets: ['{address}']}}]}}]\n", encoding="utf-8")
        with open(folder / "log", "w", encoding="utf-8") as log:
            server = subprocess.Popen(["prometheus", f"--config.file={folder}/config.yml", f"--storage.tsdb.path={folder}/data",
                                       "--web.listen-address=127.0.0.1:0"], stdout=log, stderr=log)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        listening = re.compile(r"Listening on.* address=(127\.0\.0\.1:\d+)")
        self.wait_until(lambda: listening.search((folder / "log").read_text(encoding="utf-8")), "Prometheus listens")
        at = listening.search((folder / "log").read_text(encoding="utf-8")).group(1)
        asked = f'sum(loads_http_request_duration_seconds_bucket{{run="{run}",le="+Inf"}})'

        def answer():
            try:
                result = json.loads(get(f"http://{at}/api/v1/query?query={urllib.parse.quote(asked)}"))["data"]["result"]
            except urllib.error.HTTPError:
                return None  # it is not ready yet
            return float(result[0]["value"][1]) if result else None

        self.wait_until(lambda: answer() == hits, "Prometheus has scraped the hits")

    def test_pages_of_other_sites_cannot_read_it(self):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            get(self.url, Host="evil.example")
        self.assertEqual(refused.exception.code, 403)
        refused.exception.close()

    def test_floods_and_garbage_do_not_harm_the_broker(self):
        address = urllib.parse.urlsplit(self.url)
        where = (address.hostname, address.port)
        sockets = []
        for number in range(300):
            sockets.append(socket.create_connection(where, timeout=30))
            sockets[-1].sendall((b"GET /metrics HTTP/1.1\r\n", os.urandom(2000), b"")[number % 3])
        _, hits = self.run_to_the_end(self.target.url + "/", "-c", "20")
        self.assertEqual(hits, 40)
        self.assertIn("loads_broker_info{", self.figures())
        for one in sockets:
            one.close()

    def test_a_port_that_is_in_use_is_an_error(self):
        port = urllib.parse.urlsplit(self.url).port
        folder = self.scratch()
        ended = subprocess.run([os.path.join(self.bin_dir, "loads-broker"), "--bind", f"ipc://{folder}/run", "--state", f"{folder}/state",
                                "--web", f"127.0.0.1:{port}"], capture_output=True, text=True, timeout=60)
        self.assertEqual(ended.returncode, 6)
        self.assertRegex(ended.stderr, rf"cannot listen on 127\.0\.0\.1:{port} \(--web\): .*\[in-use\]\n$")

    def test_addresses_that_others_reach_are_refused(self):
        ended = subprocess.run([os.path.join(self.bin_dir, "loads-broker"), "--web", "0.0.0.0:8989"], capture_output=True, text=True, timeout=60)
        self.assertEqual(ended.returncode, 2)
        self.assertRegex(ended.stderr, r"0\.0\.0\.0:8989 could be reached from other machines.*ssh -L.*\[web\]\n$")


if __name__ == "__main__":
    cluster.main()
