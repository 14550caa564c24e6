#!/bin/sh
# tests/samples.sh BUILD: every sample runs, checks its own result, and prints the same bytes under 1, 2, 3 and 8 threads
# (times apart).
moonlab=$1/moonlab
passed=0 failed=0
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for sample in samples/*.lua samples/plots/*.lua; do
    name=$(basename "$sample" .lua)
    for n in 1 2 3 8; do
        if ! "$moonlab" --threads $n run "$sample" >"$out/$name.$n" 2>"$out/error"; then
            echo "FAILED: $sample under $n threads:"
            tail -n 5 "$out/$name.$n" "$out/error"
            failed=$((failed + 1))
            continue 2
        fi
        sed -i 's/trained in [0-9]* s//' "$out/$name.$n"
        if ! cmp -s "$out/$name.1" "$out/$name.$n"; then
            echo "FAILED: $sample prints other numbers under $n threads:"
            diff "$out/$name.1" "$out/$name.$n" | head -n 6
            failed=$((failed + 1))
            continue 2
        fi
    done
    passed=$((passed + 1))
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
