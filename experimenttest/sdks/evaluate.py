"""Evaluates users with Amplitude's SDK for Python against a fake service,
and writes a line of JSON whenever the result changes. Ends with its input."""

import json
import os
import sys
import threading
import time

from amplitude_experiment import CohortSyncConfig, Experiment, LocalEvaluationConfig, User

url = os.environ["SERVER_URL"]
client = Experiment.initialize_local(
    os.environ["DEPLOYMENT_KEY"],
    LocalEvaluationConfig(
        server_url=url,
        stream_updates=True,
        stream_server_url=url,
        cohort_sync_config=CohortSyncConfig(
            os.environ["API_KEY"], os.environ["SECRET_KEY"], cohort_server_url=url
        ),
    ),
)
client.start()

users = {
    "member": User(user_id="ada"),
    "stranger": User(user_id="eve"),
    "colleague": User(user_id="eve", groups={"org": ["acme"]}),
}


def look():
    result = {name: client.evaluate_v2(user).get("checkout") for name, user in users.items()}
    return json.dumps({name: variant and variant.key for name, variant in result.items()})


def end_with_input():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_input, daemon=True).start()
last = ""
while True:
    line = look()
    if line != last:
        print(line, flush=True)
        last = line
    time.sleep(0.02)
