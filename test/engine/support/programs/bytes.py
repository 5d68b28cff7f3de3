"""Prints what is not plain text."""

import sys
import time

sys.stdout.buffer.write(b"\xff\xfe\x00\x80\n")
sys.stdout.buffer.write(b"progress 1\rprogress 2\r\n")
sys.stdout.buffer.flush()
time.sleep(0.3)
words = "損失 0.1 ✓\n".encode()
for byte in words:
    sys.stdout.buffer.write(bytes([byte]))
    sys.stdout.buffer.flush()
    time.sleep(0.01)
