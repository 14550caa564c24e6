#!/bin/sh
# moonlab doc on a real terminal: colours, width, the pager.  The screen of tmux is read, polled, never slept for.
# sh tests/pager.sh [BUILD].  Ends with "N passed, N failed, N skipped".
if ! command -v tmux >/dev/null || ! command -v less >/dev/null; then
    echo "skipped: pages on a terminal: tmux or less is not installed"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
moonlab=$(realpath "${1:-build}/moonlab")
dir=$(mktemp -d)
tmux="tmux -S $dir/socket -f /dev/null"
unset TMUX PAGER LESS NO_COLOR
export TERM=xterm LC_ALL=C.UTF-8 HOME="$dir"
trap '$tmux kill-server 2>/dev/null; rm -rf "$dir"' EXIT
passed=0 failed=0

type_line() { $tmux send-keys -l -- "$1" && $tmux send-keys Enter; }

# see NAME PATTERN: waits until the lines of the screen, with their colours, joined by |, match.
see() {
    for _ in $(seq 100); do
        lines=$($tmux capture-pane -e -p | sed 's/ *$//' | tr '\n\033' '|^')
        # shellcheck disable=SC2254
        case $lines in $2) passed=$((passed + 1)); return 0 ;; esac
        sleep 0.05
    done
    failed=$((failed + 1))
    echo "FAILED: $1: the screen is:"
    $tmux capture-pane -p | grep -v '^$'
}

$tmux new-session -d -x 60 -y 24 sh || exit 1
see "a shell is there" '*[#$]*'
type_line "alias doc='$moonlab doc'; clear"
type_line 'doc :quit'
see "a short page is shown at once, with bold headings" '*^?1m:quit*^?1mExample*|[#$]*'
type_line 'clear; doc lab.cross_entropy'
see "a long page stops at the end of the screen" '*lab.cross_entropy*|:*'
$tmux send-keys G
see "and the pager shows its end" '*See also*(END)*'
$tmux send-keys q
see "which is left with q" '*|[#$]*'
type_line "clear; PAGER='grep -c target' $moonlab doc lab.cross_entropy"
see "the user's own pager is taken" '*[1-9]*|[#$]*'
type_line 'clear; PAGER=cat doc lab.cross_entropy; echo told'
see "PAGER=cat shows all at once" '*See also*|told|*'
type_line "clear; PAGER=/nowhere/pager $moonlab doc lab.cross_entropy; echo told"
see "a pager that is not there is done without" '*See also*|told|*'
type_line "clear; NO_COLOR=1 $moonlab doc :quit | od -c | grep -c 033"
see "NO_COLOR and pipes are plain" '*0|[#$]*'
type_line "clear; $moonlab doc :quit | od -c | grep -c 033"
see "a pipe is plain" '*0|[#$]*'
type_line "clear; NO_COLOR=1 $moonlab doc :quit"
see "without colours the words are the same" '*:quit||  Ends the session*|Example|  :quit*'

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
