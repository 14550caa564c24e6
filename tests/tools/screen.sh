# screen.sh: for tests on a real terminal: keys are typed into tmux and the screen is read, polled, never slept for.
# A test script sources it with what is tested in $what and the build folder in $1:
#
#   type_line TEXT    keys KEY…    screen (its lines)    see NAME PATTERN    forget (what was seen before)
#   check NAME COMMAND…    looks PATTERN (is it on the screen, which may hold colours?)
#
# and ends with `report`.  $moonlab is the program, $dir an empty folder, the home, which is removed at the end.
if ! command -v tmux >/dev/null; then
    echo "skipped: $what: tmux is not installed"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
moonlab=$(realpath "${1:-build}/moonlab")
dir=$(mktemp -d)
tmux="tmux -S $dir/socket -f /dev/null"
unset XDG_STATE_HOME TMUX
export TERM=xterm LC_ALL=C.UTF-8 INPUTRC=/dev/null HOME="$dir" NO_COLOR=1
trap '$tmux kill-server 2>/dev/null; rm -rf "$dir"' EXIT
passed=0 failed=0 skipped=0 stop_at_failure=

type_line() { $tmux send-keys -l -- "$1" && $tmux send-keys Enter; }
keys() { $tmux send-keys "$@"; }
screen() { $tmux capture-pane -p -S -200; }
looks() { $tmux capture-pane -p -e | grep -q "$1"; }

forget() {
    keys C-l
    for _ in $(seq 500); do
        case $($tmux capture-pane -p | tr -d '\n ') in '>' | '#' | '$') break ;; esac
        sleep 0.02
    done
    $tmux clear-history
}

failure() { # name
    failed=$((failed + 1))
    echo "FAILED: $1: the screen is:"
    screen | grep -v '^$'
    [ -z "$stop_at_failure" ] || { report; exit 1; }
}

# Waits until the lines of the screen, joined by |, match.
see() {
    for _ in $(seq 500); do
        lines=$(screen | sed 's/ *$//' | tr '\n' '|')
        # shellcheck disable=SC2254
        case $lines in $2) passed=$((passed + 1)); return 0 ;; esac
        sleep 0.02
    done
    failure "$1"
}

# Waits until the command succeeds.
check() {
    name=$1
    shift
    for _ in $(seq 500); do
        "$@" && passed=$((passed + 1)) && return
        sleep 0.02
    done
    failure "$name"
}

report() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
}

$tmux new-session -d -x 80 -y 24 sh || exit 1
see "a shell is there" '*[#$]*'
