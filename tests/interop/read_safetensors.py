"""Prints the tensors of a safetensors file as JSON: for each name its dtype, shape and numbers.

Usage: read_safetensors.py FILE
"""

import json
import sys

from safetensors import safe_open
from safetensors.numpy import load_file


def main(path):
    tensors = {
        name: {"dtype": str(tensor.dtype), "shape": list(tensor.shape), "data": tensor.ravel().tolist()}
        for name, tensor in load_file(path).items()
    }
    with safe_open(path, "numpy") as file:
        metadata = file.metadata()
    json.dump({"tensors": tensors, "metadata": metadata}, sys.stdout)


main(*sys.argv[1:])
