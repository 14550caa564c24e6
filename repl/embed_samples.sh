#!/bin/sh
# Prints C that holds the files given: view_samples[] of view_samples.h.
echo '#include "repl/view_samples.h"'
i=0
for f in "$@"; do
    echo "static const char text_$i[] = {"
    od -An -v -td1 "$f" | sed 's/  */,/g; s/^,//; s/$/,/'
    echo '0 };'
    i=$((i + 1))
done
echo 'const view_sample view_samples[] = {'
i=0
for f in "$@"; do
    echo "    { \"$(basename "$f" .lua)\", text_$i, sizeof text_$i - 1 },"
    i=$((i + 1))
done
echo '};'
echo "const int view_sample_count = $i;"
