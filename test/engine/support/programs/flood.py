"""Prints as fast as it can for so many seconds, numbered lines, then says on stderr how many there were."""

import sys
import time

end = time.monotonic() + float(sys.argv[1])
number = 0
while time.monotonic() < end:
    sys.stdout.write("".join("line %d of a script that prints far too much\n" % i for i in range(number, number + 10000)))
    number += 10000
sys.stdout.flush()
print("printed", number, file=sys.stderr, flush=True)
