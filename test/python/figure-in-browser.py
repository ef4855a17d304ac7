# RUN: env PYTHONPATH=%binary_dir/python %python %s %source_dir
# REQUIRES: onebit-python, chromium
"""A figure in HTML, as a browser without a network shows it."""
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.image
import numpy

from onebit import plots

PAPER = Path(sys.argv[1]) / "docs/examples/paper"
FOLDER = Path(tempfile.mkdtemp())


def browse(page, *options):
    done = subprocess.run(
        ["chromium-headless-shell", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         "--window-size=1200,900", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
         f"--user-data-dir={FOLDER}/profile", *options, page.as_uri()],
        capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "CONSOLE" not in done.stderr, done
    return done.stdout


figure = plots.heat_map([PAPER / "opt-350m.json", PAPER / "opt-6.7b.json"], contexts=(128, 4096),
                        arrays=("paper-cloud", "paper-edge"), layout="paper")
page = FOLDER / "heat.html"
plots.save(figure, page)
document = browse(page, "--dump-dom")
title, _, rows = figure.onebit_table
assert f"<title>{title}</title>" in document and document.count("<tr>") == 1 + len(rows)
for row in rows:
    assert f"<td>{row[-1]}</td>" in document

# The published figures of the two corners, in the colours of the map.
assert rows[1][1:] == ("4,096", "paper-cloud", 23.43), rows
browse(page, f"--screenshot={FOLDER}/shot.png")
shot = matplotlib.image.imread(f"{FOLDER}/shot.png")[..., :3]
assert shot.shape == (900, 1200, 3)
for share in (23.43, 99.0):
    colour = numpy.array(matplotlib.colormaps["cividis"](share / 100)[:3])
    near = (numpy.abs(shot - colour).max(-1) < 0.03).sum()
    assert near > 2000, f"{near} pixels of the colour of {share} %"
