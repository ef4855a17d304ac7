# On a terminal the text is as wide as the terminal and has colours, unless
# NO_COLOR or a dumb terminal say no. A pipe gets neither.
#
# RUN: %python %s onebit-opt %S/Inputs/priced.mlir --report

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

COMMAND = sys.argv[1:]
PLAIN = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}


def on_terminal(columns, **env):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        COMMAND, stdout=theirs, env={**PLAIN, "TERM": "xterm", **env}
    )
    os.close(theirs)
    text = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other side was closed
            break
        if not part:
            break
        text += part
    os.close(ours)
    assert process.wait() == 0
    return text.decode().replace("\r\n", "\n")


def width(text):
    return max(len(line) for line in re.sub("\x1b\\[[0-9;]*m", "", text).split("\n"))


piped = subprocess.run(
    COMMAND, stdout=subprocess.PIPE, env=PLAIN, check=True, text=True
).stdout
assert "\x1b" not in piped
assert 80 < width(piped) <= 100, width(piped)

assert width(on_terminal(80)) <= 80
assert on_terminal(80).count("\n") >= piped.count("\n")
assert width(on_terminal(200)) == width(piped)
assert width(on_terminal(200, COLUMNS="85")) <= 85

assert "\x1b[" in on_terminal(80)
assert "\x1b[" in on_terminal(80, NO_COLOR="")
assert "\x1b" not in on_terminal(80, NO_COLOR="1")
assert "\x1b" not in on_terminal(80, TERM="dumb")
