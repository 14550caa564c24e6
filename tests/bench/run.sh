#!/bin/sh
# tests/bench/run.sh BUILD [ROW]: the tables of bench.lua, all rows or those with ROW in their name, that of screen_times.c
# (ROW=notebook) and that of snapshots.c (ROW=snapshots).  A full run is kept in tests/bench/results.md.  PYTHON is the Python
# that is asked for PyTorch.  Kernels are those the libraries choose by themselves.
build=$1 moonlab=$1/moonlab row=$2 python=${PYTHON:-python3}
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT INT TERM
for program in peak screen_times; do ${CC:-cc} -O2 tests/bench/$program.c -o "$dir/$program" || exit 1; done
mkdir "$dir/screens"

tables() {
    grep -m 1 'model name' /proc/cpuinfo | sed 's/.*: /processor: /; s/$/  /'
    if "$python" -c 'import torch' 2>/dev/null; then
        mkfifo "$dir/questions" || return 1
    else
        echo "PyTorch: $python has none (set PYTHON)  "
        python=
    fi
    status=0
    case $row in
    notebook | snapshots) ;;
    *) "$moonlab" run tests/bench/bench.lua "$moonlab" "$("$dir/peak")" "$python" "${python:+$dir/questions}" ${row:+"$row"} || status=1 ;;
    esac
    case $row in '' | notebook) "$dir/screen_times" "$(realpath "$moonlab")" "$dir/screens" || status=1 ;; esac
    case $row in '' | snapshots) echo && "$build/bench_snapshots" || status=1 ;; esac
    echo $status >"$dir/status"
}

tables | tee "$dir/results"
status=$(cat "$dir/status")
if [ "$status" = 0 ] && [ -z "$row" ]; then
    { echo "# The last full run of \`make bench\`"; echo; cat "$dir/results"; } >tests/bench/results.md
fi
exit "$status"
