#!/bin/sh
# tests/run.sh BUILD PART…: runs parts of the test suite against BUILD/moonlab and adds up their counts.
#   units    C tests           lua      tests/lua/*.lua         samples   the samples' checked results
#   examples every example of the manual           pager   its pages on a terminal
#   bits     the same bytes under 1, 2, 3 and 8 threads         cli       commands, exit statuses, errors
#   prompt   the prompt on a terminal                           tutorial  what README and tutorial show
#   notebook the notebook on a terminal                         files     its files, on a terminal
#   states   its kernel: going back, ends, odd cells
#   commands each of its commands, by key and by name           ways_out  how the terminal is left, and stopped
#   storms   it on windows of any size, with 100 MB, and with hostile files
#   kills    it and its kernel killed at any moment
# The last line is "N passed, N failed, N skipped"; the exit status says whether all passed.
build=$1
shift
moonlab=$build/moonlab
passed=0 failed=0 skipped=0
log=$build/test.log
mkdir -p "$build"
export MOONLAB=$moonlab
case $build in */address* | */thread*) export MOONLAB_SANITIZED=1 ;; esac

count() { # status name: adds the last counting line of $log
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
    if [ -z "$line" ]; then
        failed=$((failed + 1))
        echo "FAILED: $2 printed no count (status $1)"
        tail -n 30 "$log"
        return
    fi
    set -- "$1" "$2" $(echo "$line" | tr -dc '0-9 ')
    passed=$((passed + $3)) failed=$((failed + $4)) skipped=$((skipped + ${5:-0}))
    grep -vE '^[0-9]+ passed' "$log"
    if [ "$1" -ne 0 ] && [ "$4" -eq 0 ]; then
        failed=$((failed + 1))
        echo "FAILED: $2 ended with status $1"
    fi
}

run() { # name command…
    name=$1
    shift
    "$@" >"$log" 2>&1 </dev/null
    count $? "$name"
}

for part in "$@"; do
    before=$passed start=$(date +%s)
    case $part in
    units) for t in "$build"/tests/test_*; do [ -x "$t" ] && [ ! -d "$t" ] && case $t in *.d) ;; *) run "$t" "$t" ;; esac; done ;;
    lua)
        for f in tests/lua/*.lua; do
            case $f in */harness.lua | */run.lua) ;; *) run "$f" "$moonlab" run tests/lua/run.lua "$f" ;; esac
        done ;;
    *) if [ -f "tests/$part.sh" ]; then run "$part" sh "tests/$part.sh" "$build"; else
        run "$part" "$moonlab" run tests/lua/run.lua "tests/$part.lua"; fi ;;
    esac
    echo "$part: $((passed - before)) passed in $(($(date +%s) - start)) s"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
