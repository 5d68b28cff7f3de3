"""Writes how it was started into a file: arguments and environment."""

import json
import os
import sys

with open(os.environ["DESCRIBE_TO"], "w") as file:
    json.dump({"argv": sys.argv, "env": dict(os.environ), "cwd": os.getcwd(), "path": sys.path, "executable": sys.executable}, file)
