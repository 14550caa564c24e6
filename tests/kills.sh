#!/bin/sh
# The notebook, and its kernel or one of the kernel's snapshots, killed at any moment: nothing that was typed more than a few
# seconds before is lost.
# [ROUNDS=12] sh tests/kills.sh [BUILD].  Ends with "N passed, N failed, N skipped".
what="kills of the notebook"
. tests/tools/screen.sh
stop_at_failure=1
rounds=${ROUNDS:-12}

cd "$dir" || exit 1
random() { od -An -N2 -tu2 /dev/urandom | awk -v n="$1" '{ print $1 % n }'; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
pid() { pgrep -P "$($tmux list-panes -F '#{pane_pid}')"; }
# The kernels, each the child of the one before: the last runs the cell, the others, its snapshots, sleep.
row() { for child in $(pgrep -P "$1"); do echo "$child"; row "$child"; done; }

round=0
while [ $round -lt "$rounds" ]; do
    round=$((round + 1))
    $tmux respawn-pane -k sh
    see "a new shell is there" '[#$]|*'
    rm -rf work && mkdir work
    printf -- '-- %%%% runs\nfor i = 1, 1e9 do print(i) end\n\n-- %%%% typed\n' >work/n.lua
    type_line "cd $dir; clear; $moonlab work/n.lua"
    see "round $round: the notebook opens" '*idle*cell 1/2*'
    keys r
    see "its cell runs" '*running*cell 2/2*'
    keys Enter
    n=0 : >typed
    last=$(($(milliseconds) + 2500 + $(random 3000)))
    kernel=$(random 20)
    while [ "$(milliseconds)" -lt $last ]; do
        n=$((n + 1))
        keys -l "w$n "
        echo "$(milliseconds) w$n" >>typed
        if [ $n = "$kernel" ]; then
            # shellcheck disable=SC2046
            kill -9 $(row "$(pgrep -P "$(pid)" | head -n 1)" | shuf -n 1) 2>/dev/null
        fi
        sleep 0.05
    done
    kill -9 "$(pid)"
    killed=$(milliseconds)
    $tmux respawn-pane -k sh
    see "a new shell is there" '[#$]|*'
    type_line "cd $dir; clear; $moonlab work/n.lua"
    see "what was typed is offered" '*r*recovers it*'
    keys r
    see "and recovered" '*recovered*'
    keys s
    see "and saved" '*saved as*'
    keys : q Enter
    awk -v then=$((killed - 3500)) '$1 < then { print $2 }' typed >known
    lost=$(while read -r word; do grep -qw "$word" work/n.lua || echo "$word"; done <known)
    check "round $round: nothing typed more than three seconds before is lost, as $lost" [ -z "$lost" ]
done

report
