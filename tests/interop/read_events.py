"""Prints the one event file of a folder as JSON, read by TensorBoard's EventAccumulator and its HParams plugin.

Usage: read_events.py FOLDER
"""

import io
import json
import sys

from google.protobuf.json_format import MessageToDict
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata

PARSERS = {
    metadata.EXPERIMENT_TAG: metadata.parse_experiment_plugin_data,
    metadata.SESSION_START_INFO_TAG: metadata.parse_session_start_info_plugin_data,
    metadata.SESSION_END_INFO_TAG: metadata.parse_session_end_info_plugin_data,
}


def read_histogram(histogram):
    return {
        "min": histogram.min,
        "max": histogram.max,
        "count": histogram.num,
        "sum": histogram.sum,
        "sumOfSquares": histogram.sum_squares,
        "limits": list(histogram.bucket_limit),
        "counts": list(histogram.bucket),
    }


def read_image(image):
    decoded = Image.open(io.BytesIO(image.encoded_image_string))
    decoded.load()
    return {"size": [image.width, image.height], "decoded": list(decoded.size), "corner": decoded.getpixel((0, 0))}


def main(folder):
    events = EventAccumulator(folder, size_guidance={"scalars": 0, "histograms": 0, "images": 0})
    events.Reload()
    tags = events.Tags()
    contents = events.PluginTagToContent(metadata.PLUGIN_NAME)
    result = {
        "scalars": {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in tags["scalars"]},
        "histograms": {
            tag: [[e.step, read_histogram(e.histogram_value)] for e in events.Histograms(tag)]
            for tag in tags["histograms"]
        },
        "images": {tag: [[e.step, read_image(e)] for e in events.Images(tag)] for tag in tags["images"]},
        "hparams": {tag: MessageToDict(PARSERS[tag](content)) for tag, content in contents.items()},
    }
    json.dump(result, sys.stdout)


main(*sys.argv[1:])
