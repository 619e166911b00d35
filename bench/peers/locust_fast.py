"""The user of bench/tests/load_in_python.py for Locust."""

from locust import FastHttpUser, constant, task


class Load(FastHttpUser):
    wait_time = constant(0)

    @task
    def get(self):
        with self.client.get("/", catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure("not 200")
