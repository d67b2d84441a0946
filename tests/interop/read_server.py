"""Prints as JSON what TensorBoard's server tells its pages about the runs in a folder.

Usage: read_server.py FOLDER
"""

import io
import json
import os
import sys
import time
import urllib.parse
import urllib.request

from PIL import Image
from tensorboard import program

WAIT_SECONDS = 60

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    def __init__(self, folder):
        board = program.TensorBoard()
        board.configure(argv=[None, "--logdir", folder, "--host", "127.0.0.1", "--port", "0"])
        self.url = board.launch() + "data/"

    def get(self, path, body=None, **query):
        url = f"{self.url}{path}?{urllib.parse.urlencode(query)}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        with opener.open(request, timeout=WAIT_SECONDS) as response:
            data = response.read()
            return json.loads(data) if response.headers.get_content_type() == "application/json" else data


def session_groups(server):
    """Rows of the HParams page: none, or not whole, while the server is still reading."""
    experiment = server.get("plugin/hparams/experiment", {"experimentName": ""})
    metrics = [{"metric": info["name"]} for info in experiment.get("metricInfos", [])]
    names = [{"hparam": info["name"]} for info in experiment.get("hparamInfos", [])]
    statuses = ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING"]
    request = {
        "experimentName": "",
        "allowedStatuses": statuses,
        "colParams": metrics + names,
        "startIndex": 0,
        "sliceSize": 100,
    }
    groups = server.get("plugin/hparams/session_groups", request).get("sessionGroups", [])
    return [
        {
            "hparams": group["hparams"],
            "status": [session["status"] for session in group["sessions"]],
            "metrics": {value["name"]["tag"]: value["value"] for value in group["metricValues"]},
        }
        for group in groups
    ]


def are_whole(groups):
    """Whether every run's last record was read."""
    return all(status in ("STATUS_SUCCESS", "STATUS_FAILURE") for group in groups for status in group["status"])


def main(folder):
    server = Server(folder)
    deadline = time.monotonic() + WAIT_SECONDS
    groups = session_groups(server)
    while not (are_whole(groups) and len(groups) == len(os.listdir(folder))) and time.monotonic() < deadline:
        time.sleep(0.2)
        groups = session_groups(server)
    result = {
        "hparams": groups,
        "scalars": read_series(server, "scalars", lambda point: point[1:]),
        "histograms": read_series(server, "histograms", lambda point: point[1:]),
        "images": read_series(server, "images", lambda entry: [entry["step"], *image_size(server, entry)]),
    }
    json.dump(result, sys.stdout)


def read_series(server, plugin, convert):
    """What a page draws: for each run and tag the converted points."""
    def points(run, tag):
        return [convert(point) for point in server.get(f"plugin/{plugin}/{plugin}", run=run, tag=tag)]

    runs = server.get(f"plugin/{plugin}/tags").items()
    return {run: {tag: points(run, tag) for tag in tags} for run, tags in runs}


def image_size(server, entry):
    data = server.get("plugin/images/individualImage", **dict(urllib.parse.parse_qsl(entry["query"])))
    return Image.open(io.BytesIO(data)).size


main(*sys.argv[1:])
