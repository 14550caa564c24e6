"""One drawing of a row of plots.lua in plotext or uniplot: plots.py LIBRARY COLS ROWS SERIES FILE.
FILE holds the series one after the other as float32.  Prints the seconds from the numbers to the text, without those for
starting Python and reading the file; plots.py LIBRARY alone prints its version, or fails if there is none.
"""
import importlib.metadata
import sys
import time

library = sys.argv[1]
if len(sys.argv) == 2:
    print(importlib.metadata.version(library))
    sys.exit()

import numpy as np

cols, rows, count = (int(a) for a in sys.argv[2:5])
series = list(np.fromfile(sys.argv[5], dtype=np.float32).reshape(count, -1))

if library == "plotext":
    import plotext

    def draw():
        figure = plotext.figure
        figure.clear()
        figure.plot_size(cols, rows)
        for y in series:
            figure.draw(figure.signal(y).lines())
        return str(figure.build())
else:
    import uniplot

    def draw():  # its numbers and frame take ten columns and four rows
        return uniplot.plot_to_string(ys=series, lines=True, width=cols - 10, height=rows - 4)

start = time.perf_counter()
text = draw()
taken = time.perf_counter() - start
assert text.count("\n") > 5
print(taken)
