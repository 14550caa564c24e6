#!/bin/sh
# tests/fuzz/run.sh FOLDER SECONDS TARGET…: runs each target over its seeds and what libFuzzer
# makes of them, SECONDS in all.  An input that breaks one is kept in FOLDER.  The last line is
# "N passed, N failed, 0 skipped".
folder=$1 seconds=$2
shift 2
each=$((seconds / $#))
[ "$each" -gt 0 ] || each=1
passed=0 failed=0
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
for target in "$@"; do
    corpus=$folder/corpus/$target
    mkdir -p "$corpus"
    if "$folder/write_seeds" "$target" "$corpus" &&
        "$folder/fuzz_$target" -max_total_time="$each" -max_len=8192 -timeout=10 -rss_limit_mb=2048 \
            -artifact_prefix="$folder/$target-" "$corpus" >"$folder/$target.log" 2>&1; then
        passed=$((passed + 1))
        echo "$target: $(grep -oE '^Done [0-9]+ runs' "$folder/$target.log" | tr -dc 0-9) inputs"
    else
        failed=$((failed + 1))
        echo "FAILED: fuzz_$target:"
        tail -n 40 "$folder/$target.log"
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
