#!/bin/sh
# tests/bench/run.sh BUILD [ROW]: the table of bench.lua, all rows or those with ROW in their name.  PYTHON is the
# Python that is asked for PyTorch.  Kernels are those the libraries choose by themselves.
moonlab=$1/moonlab row=$2 python=${PYTHON:-python3}
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
grep -m 1 'model name' /proc/cpuinfo | sed 's/.*: /processor: /; s/$/  /'
if "$python" -c 'import torch' 2>/dev/null; then
    dir=$(mktemp -d) || exit 1
    trap 'rm -rf "$dir"' EXIT INT TERM
    mkfifo "$dir/questions" || exit 1
else
    echo "PyTorch: $python has none (set PYTHON)  "
    python=
fi
"$moonlab" run tests/bench/bench.lua "$moonlab" "$python" "${dir:+$dir/questions}" ${row:+"$row"}
