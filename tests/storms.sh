#!/bin/sh
# The notebook under storms: windows of any size while it works, cells that print without end, files and outputs of 100 MB.
# It lives, answers, keeps its memory in bounds, and shows afterwards what it would show if it were begun then.
# [STORMS=8] [SEED=1] [PRINTED=5] (MB) sh tests/storms.sh [BUILD].  Ends with "N passed, N failed, N skipped".
what="storms on the notebook"
. tests/tools/screen.sh
stop_at_failure=1
storms=${STORMS:-1} printed=${PRINTED:-5} state=${SEED:-1}

cd "$dir" || exit 1
$tmux set -g window-size manual
pid() { pgrep -P "$($tmux display -p '#{pane_pid}')" moonlab | head -n 1; }
command() { keys -l ":$1"; keys Enter; }
# random N: sets $n, from 1 to N; the same for the same SEED.
random() { state=$(((state * 1103515245 + 12345) % 2147483648)) n=$((state / 65536 % $1 + 1)); }
begin() {
    $tmux respawn-pane -k -c "$dir" "set -m; $moonlab $1; echo ended \$?; exec sh"
    see "$1 opens" "${2:-*idle* 1/*}"
}

# ---- sizes -----------------------------------------------------------------------------------------

storm() {
    for _ in $(seq 30); do
        random 300
        columns=$n
        random 100
        $tmux resize-window -x "$columns" -y "$n"
    done
    $tmux resize-window -x 1 -y 1
    random 90
    columns=$((n + 30))
    random 40
    rows=$((n + 10))
    $tmux resize-window -x $columns -y $rows
}
told() { [ "$(stty size <"$($tmux display -p '#{pane_tty}')")" = "$rows $columns" ]; }
# calm PATTERN: it is shown after the storm, the last of which tmux tells after a while.
calm() {
    check "$what $round: the last size is told" told
    see "$what $round: it lives on $columns x $rows" "$1"
}
# What is between the first line and the last.
shot() { $tmux capture-pane -p | sed '1d; $d; s/ *$//'; }

printf '%s\n' '-- %% [markdown]' '-- # Title' '-- Text with **words**, 日本 and a table' '--' '-- |a|b|' '-- |-|-|' '-- |1|2|' '' \
    '-- %% prints' 'for i = 1, 1e9 do print("line", i, "日本") end' '' '-- %% edited' 'x = nn.' '' '-- %% live' \
    'local live = plot.live{title = "moving", rows = 8}' \
    'for i = 1, 100000 do live:push("a", i, i % 7) local t = os.clock() while os.clock() < t + 0.005 do end end' >sheet.lua
round=0
while [ $round -lt "$storms" ]; do
    round=$((round + 1))
    for what in prints editing popup question overlay live; do
        $tmux resize-window -x 80 -y 24
        rm -rf .moonlab
        begin sheet.lua
        case $what in
        prints) keys j C-j && see "$what: it prints" '*running*line *' ;;
        editing) keys j j Enter C-e && keys -l '1 + 日本 ' && see "$what: a cell is edited" '*EDIT*' ;;
        popup) keys j j Enter C-e Tab && see "$what: words pop up" '*CELU(*function*' ;;
        question) command 'title changed' && see "$what: a change" '*sheet.lua ●*' && command q && see "$what: it asks" '*s saves*' ;;
        overlay) keys '?' && see "$what: a list is open" '*READ*' ;;
        live) keys j j j C-j && see "$what: a figure moves" '*running*┬*' ;;
        esac
        storm
        case $what in
        prints) calm '*running*' && keys C-c && see "$what: it is stopped" '*interrupted*' && command clear ;;
        editing) calm '*EDIT*' && see "$what: the text is whole" '*x = nn.1 + 日本*' && keys Escape && see "$what: Esc" '*CELLS*' ;;
        popup) calm '*EDIT*' && keys Escape && keys Escape && see "$what: Esc" '*CELLS*' ;;
        question) calm '*' && keys c && see "$what: it goes on" '*CELLS*' ;;
        overlay) calm '*READ*' && keys q && see "$what: it closes" '*CELLS*' ;;
        live) calm '*running*' && keys C-c && see "$what: it is stopped" '*interrupted*' && command clear ;;
        esac
        keys g g
        see "$what: the first cell" '* 1/4 *'
        command 'w! kept.lua'
        see "$what: it is saved" '*saved as kept.lua*'
        shot >stormed
        command q
        see "$what: it ends" '*ended 0|*'
        rm -rf .moonlab
        begin kept.lua
        command 'w! kept.lua'
        see "$what: begun anew" '*saved as kept.lua*'
        shot >fresh
        case $what in
        prints | live) ;; # cells that have been run say so
        *) check "$what: the screen is that of a notebook begun at this size" cmp -s stormed fresh ;;
        esac
        check "$what: what is saved is whole" sh -c "[ \$(grep -c '^-- %%' kept.lua) = 4 ]"
        command q
    done
done
what="storms on the notebook"
$tmux resize-window -x 80 -y 24

# ---- much ------------------------------------------------------------------------------------------

peak() { awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$(pid)/status"; }
below() { # MEGABYTES
    now=$(peak)
    [ "$now" -lt "$1" ] || { echo "$now MB are used, and $1 should do"; false; }
}
printf '%s\n' '-- %% lines' "for i = 1, ${printed}e6 / 64 do print((\"x\"):rep(63)) end print('all')" '' \
    '-- %% line' "for i = 1, $printed do io.write((\"日本\"):rep(1000000 // 6)) end print('all')" '' \
    '-- %% other' 'y = 1' >much.lua
begin much.lua
[ -n "$MOONLAB_SANITIZED" ] || allowed=100
keys C-j j j Enter
see "while it prints, another cell is edited" '*EDIT*cell 3/3*'
keys -l -- '-- typed meanwhile '
see "what is typed is there at once" '*-- typed meanwhile y = 1*'
see "until all is printed" '*idle*'
keys Escape
see "Esc" '*CELLS*'
keys g g j C-j
see "a line without an end" '*much.lua* idle *日本*cell 2/3*'
keys k G g g
see "keys go on" '*● lines*cell 1/3*'
[ -z "$allowed" ] || check "$printed MB of output are kept in bounds" below $allowed
command 'w'
see "it is saved" '*saved as much.lua*'
check "with the outputs, in bounds" sh -c "[ \$(stat -c %s .moonlab/much.lua.out.jsonl) -lt 10000000 ]"
command q
see "it ends" '*ended 0|*'
awk -v n="$printed" 'BEGIN { printf "-- %%%% long\nx = \""; for (i = 0; i < n * 10000; i++) printf "%s", "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"; printf "\"\n\n-- %%%% other\ny = 1\n" }' >long.lua
begin long.lua '*long.lua*cell 1/2*'
see "a source in a line of $printed MB is shown in part" '*┃│ x = "0123*'
keys Enter
see "and is not edited here" '*E edits it in $EDITOR*'
keys G
see "its end" '*other*cell 2/2*'
keys C-j
see "other cells run" '*idle*┃● other*'
[ -z "$allowed" ] || check "its memory is a few times the file's" below $((allowed + 5 * printed))
command q
see "it ends" '*ended 0|*'

# ---- hostile files ---------------------------------------------------------------------------------

printf '%s\n' '{"nbformat": 4, "nbformat_minor": 5, "metadata": {"title": "\u001b[2J\u001b]0;pwned\u0007"}, "cells": [' \
    '{"cell_type": "code", "id": "a", "metadata": {"name": "\u001b[31m"}, "execution_count": 1, "source": "x = 1 -- \u001b[2J",' \
    '"outputs": [{"output_type": "stream", "name": "stdout", "text": "\u001b[2Jout\u001b]0;pwned\u0007\n"},' \
    '{"output_type": "error", "ename": "\u001b[2J", "evalue": "\u001b]0;pwned\u0007", "traceback": ["\u001b[2Jtrace"]},' \
    '{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "\u001bcvalue"}}]}]}' >hostile.ipynb
begin hostile.ipynb '*hostile.ipynb*x = 1*cell 1/1*'
see "its outputs are shown without doing harm" '*hostile.ipynb*x = 1*out*'
check "the title is the terminal's own" sh -c "! $tmux display -p '#{pane_title}' | grep -q pwned"
keys : q Enter
see "it ends" '*ended 0|*'
name=$(printf 'a\033[2J\033]0;pwned\007b.lua')
printf 'x = 1\n' >"$name"
$tmux respawn-pane -k -c "$dir" "set -m; $moonlab a*b.lua; echo ended \$?; exec sh"
see "a file's name does no harm" '*b.lua*idle*x = 1*cell 1/1*'
check "the title is the terminal's own" sh -c "! $tmux display -p '#{pane_title}' | grep -q pwned"
command w
see "nor does it in messages" '*saved as a*b.lua*'
keys C-j
see "nor in what is run" '*● cell 1*'
command q
see "it ends" '*ended 0|*'
for broken in '{' '{"cells": 5, "nbformat": 4}' '{"cells": [{"cell_type": 5}], "nbformat": 4}' '[]' '{"nbformat": 99, "cells": []}' ''; do
    printf '%s' "$broken" >broken.ipynb
    $tmux respawn-pane -k -c "$dir" "$moonlab broken.ipynb; echo ended \$?; exec sh"
    see "a notebook '$broken' is refused with a message, or opened" '*broken.ipynb*'
    keys : q Enter
done
printf '{"hash": \n\033[2J' >.moonlab/much.lua.out.jsonl
$tmux respawn-pane -k -c "$dir" "$moonlab much.lua; echo ended \$?; exec sh"
see "of broken outputs the place is told" '*opened without outputs: *much.lua.out.jsonl:1:*'
command q
see "it ends" '*ended 0|*'

report
