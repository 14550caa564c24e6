#!/bin/sh
# Every command of the notebook on a terminal, by each of its keys in both modes and by its name: the list comes from
# repl/commands.def, and a command without a case here fails.
# [KEYS=all] sh tests/commands.sh [BUILD]: all keys, not only the first of each mode.  Ends with "N passed, N failed, N skipped".
what="the notebook's commands on a terminal"
here=$PWD
. tests/tools/screen.sh

printf '#!/bin/sh\nsed -i s/22/33/ "$1"\n' >"$dir/edit"
chmod +x "$dir/edit"
$tmux set-environment -g EDITOR "$dir/edit"
$tmux set-environment -g PAGER less
$tmux set -s extended-keys on
$tmux set -s escape-time 0

# The notebook anew, in a folder of its own, with its second cell selected.
afresh() {
    cd "$(mktemp -d "$dir/XXXXXX")" || exit 1
    printf '%s\n' '-- %% first' 'a = 21' '' '-- %% second' 'b = 22' 'b' '' '-- %% [markdown]' '-- # Heading' '' \
        '-- %% last' 'error("told")' >n.lua
    seq 30 | sed 's/^/-- line /' >>n.lua
    $tmux respawn-pane -k -c "$PWD" "set -m; $moonlab n.lua; echo ended \$?; exec sh"
    soon '* n.lua *idle*cell 1/4*' && keys j && soon '*cell 2/4*'
}

# Waits until the screen matches.
soon() {
    tries=0
    while [ $tries -lt ${TRIES:-500} ]; do
        lines=$($tmux capture-pane -p | sed 's/ *$//' | tr '\n' '|')
        # shellcheck disable=SC2254
        case $lines in $1) return 0 ;; esac
        tries=$((tries + 1))
        sleep 0.02
    done
    return 1
}

# Types keys, each waiting for what it does: KEY PATTERN KEY PATTERN …
after() {
    while [ $# -gt 0 ]; do
        # shellcheck disable=SC2086
        keys $1
        soon "$2" || return 1
        shift 2
    done
}
letters() { keys -l -- "$1"; }

# What is to be there before command NAME is given in MODE.
prepare() {
    ran='*┃● second*|┃  22|*'
    case $2:$1 in
    *:interrupt)
        keys a Enter && letters 'while true do end' && after C-j '*running*'
        if [ "$2" = edit ]; then after Enter '* EDIT *'; fi ;;
    *:rewind | *:fold | *:pager | *:clear | *:clear-all) after C-j "$ran" ;;
    command:leave | name:leave) after J '*┃○ second*┃  Heading*cell 3/4*' ;;
    *:page-up) after PageDown '*-- line 20|*' && { [ "$2" != edit ] || after Enter '* EDIT *'; } ;;
    *:scroll-up) after C-e '*─| │ a = 21|*' && { [ "$2" != edit ] || after Enter '* EDIT *'; } ;;
    *:paste | *:paste-above) after c '*1 cell copied*' ;;
    *:code) after j '*┃  Heading*' ;;
    *:undo) after 'd d' '*cell 2/3*' ;;
    *:redo) after 'd d' '*cell 2/3*' z '*cell 2/4*' ;;
    *:error) after G '*cell 4/4*' C-j '*cell 4 failed*' ;;
    *:search) after 'g g' '*cell 1/4*' ;;
    *:search-next | *:search-previous) keys / && letters '= 2' && after Enter '*cell 2/4*n next*' ;;
    edit:split) after Enter '* EDIT *' Down '*ln 2 col 1*' ;;
    edit:help) after Enter '* EDIT *' && letters 'lab.sum ' && after Left '*col 8*' ;;
    *:redraw) printf 'garbage' >"$($tmux display -p '#{pane_tty}')" && soon '*garbage*' ;;
    *:save | *:w | *:w! | *:wq | *:q!)
        keys : && letters 'title saved' && after Enter '*n.lua ●*saved*' &&
            { [ "$2" != edit ] || after Enter '* EDIT *'; } ;;
    *:e) printf 'other\n' >other.lua ;;
    edit:*) after Enter '* EDIT *cell 2/4*' ;;
    esac
}

# What it takes, after Ctrl-U, and Enter.
argument() {
    case $1 in
    seed) echo 7 ;;
    title) echo new ;;
    options) echo 'tags=["t"]' ;;
    search) echo '= 22' ;;
    replace) echo '/= 22/= 44/' ;;
    e) echo other.lua ;;
    export) echo page.html ;;
    theme) echo light ;;
    esac
}

# What is seen then.
expected() {
    case $2:$1 in
    *:run) echo '* ● second*|   22|*CELLS*cell 3/4*' ;;
    *:run-stay) echo '*┃● second*|┃  22|*CELLS*cell 2/4*' ;;
    *:run-insert) echo '*● second*22*┃○ cell 3|*EDIT*cell 3/5*' ;;
    *:run-all) echo '*● first*┃● second*22*cell 4 failed*' ;;
    *:run-above) echo '*● first*┃○ second*' ;;
    *:run-stale) echo '*● first*┃● second*cell 4 failed*' ;;
    *:interrupt) echo '*! cell 2*interrupted*' ;;
    *:restart) echo '*a new kernel: no cell has been run in it*' ;;
    *:rewind) echo '*┃○ second*the state is as it was before this cell was run*' ;;
    *:kill) echo '*the kernel ended: killed by signal 9*' ;;
    *:seed) echo '*seed 7, from the next restart on*' ;;
    *:next) echo '*┃  Heading*cell 3/4*' ;;
    *:previous) echo '*┃○ first*cell 1/4*' ;;
    *:extend-down) echo '*┃○ second*┃  Heading*cell 3/4*' ;;
    *:extend-up) echo '*┃○ first*┃○ second*cell 1/4*' ;;
    *:first) echo '*┃○ first*CELLS*cell 1/4*' ;;
    *:last) echo '*-- line 30|*CELLS*cell 4/4*' ;;
    *:page-down) echo '*-- line 20|*CELLS*' ;;
    *:page-up) echo '*─|┃○ first*CELLS*' ;;
    *:scroll-down) echo '*─| │ a = 21|*' ;;
    *:scroll-up) echo '*─| ○ first|*' ;;
    *:edit) echo '* EDIT *cell 2/4*' ;;
    edit:leave) echo '* CELLS *cell 2/4*' ;;
    *:leave) echo '* ○ second*┃  Heading*cell 3/4*' ;;
    *:insert-above) echo '*┃○ cell 2|┃│||*second*cell 2/5*' ;;
    *:insert-below) echo '*second*┃○ cell 3|┃│||*cell 3/5*' ;;
    *:delete) echo '*┃  Heading*cell 2/3*deleted; z brings it back*' ;;
    *:cut) echo '*┃  Heading*cell 2/3*cut; v pastes it*' ;;
    *:copy) echo '*1 cell copied*' ;;
    *:paste) echo '* ○ second*┃○ second*cell 3/5*' ;;
    *:paste-above) echo '*┃○ second* ○ second*cell 2/5*' ;;
    *:move-up) echo '*─|┃○ second* ○ first*cell 1/4*' ;;
    *:move-down) echo '*Heading*┃○ second*cell 3/4*' ;;
    edit:split) echo '*┃○ cell 3|┃│ b||*EDIT*cell 3/5*' ;;
    *:split) echo '*a cell is split at the cursor, while it is edited*' ;;
    *:merge) echo '*┃│ b = 22|┃│ b|*┃│ # Heading|*cell 2/3*' ;;
    *:markdown) echo '*|┃  b = 22*cell 2/4*' ;;
    *:code) echo '*┃│ # Heading|*cell 3/4*' ;;
    *:note) echo '*┃  b = 22*cell 2/4*' ;;
    *:title) echo '*┃○ new|*' ;;
    *:options) echo '*┃○ second tags=\["t"\]|*' ;;
    *:editor) echo '*┃│ b = 33|*' ;;
    *:undo) echo '*┃○ second*cell 2/4*' ;;
    *:redo) echo '*┃  Heading*cell 2/3*' ;;
    *:fold) echo '*output hidden; o shows it*' ;;
    *:pager) echo '*22|*(END)*' ;;
    *:clear | *:clear-all) echo '*┃│ b||   Heading*' ;;
    *:error) echo '*EDIT*cell 4/4*cell 4, line 1*' ;;
    *:search) echo '*┃○ second*n next, N previous*' ;;
    *:search-next | *:search-previous) echo '*┃○ first*cell 1/4*' ;;
    *:replace) echo '*│ b = 44|*1 match replaced*' ;;
    *:keys) echo '*|  Keys|*Running*READ*' ;;
    edit:help) echo '*lab.sum*dim*READ*' ;;
    *:help) echo '*The manual*READ*' ;;
    *:variables) echo '*│ variables|*' ;;
    *:verify) echo '*Verified*READ*' ;;
    *:theme) echo '*theme: plain (colours are off: NO_COLOR or --no-color)*' ;;
    *:samples) echo '*Samples*xor*READ*' ;;
    *:redraw) echo '* n.lua *─|*○ first*CELLS*' ;;
    *:command) echo '*─|:|' ;;
    *:save | *:w | *:w!) echo '*saved as n.lua*' ;;
    *:q | *:q! | *:wq) echo '*ended 0|*' ;;
    *:e) echo '* other.lua*│ other|*cell 1/1*' ;;
    *:export) echo '*written to page.html*' ;;
    *:suspend) echo '*ended 148|*' ;;
    esac
}

# What must be true besides.
also() {
    case $1 in
    redraw) ! screen | grep -q garbage ;;
    save | w | w! | wq) grep -q '^-- %% saved' n.lua ;;
    q!) grep -q '^-- %% second' n.lua ;;
    export) grep -q '<html' page.html ;;
    esac
}

# Keys as they are called in commands.def, pressed in tmux.
press() {
    case $1 in
    *,*) press "${1%%,*}"; press "${1#*,}" ;;
    Esc) keys Escape ;;
    Delete) keys DC ;;
    ?) keys -l -- "$1" ;;
    *) keys "$1" ;;
    esac
}

# try NAME MODE KEY: MODE is command, edit or name (`:NAME`, and KEY its name).
try() {
    pattern=$(expected "$1" "$2")
    if [ -z "$pattern" ]; then
        failure "commands.sh has no case for $1"
        return
    fi
    afresh || { failure "$1: the notebook is there"; return; }
    prepare "$1" "$2" || { failure "$1 by $3 in mode $2: what is to be there before"; return; }
    text=$(argument "$1")
    if [ "$2" = name ]; then
        keys : && letters "$1${text:+ $text}" && keys Enter
    else
        press "$3"
        if [ -n "$text" ]; then keys C-u && letters "$text" && keys Enter; fi
    fi
    if soon "$pattern" && also "$1"; then
        passed=$((passed + 1))
    else
        failure "$1 by $3 in mode $2 (expected: $pattern)"
    fi
}

# NAME|command keys|edit keys
awk -F '"' '/^VIEW\(/ { print $2 "|" $4 "|" $6 }' "$here/repl/commands.def" | sed 's/\\\\/\\/g' >"$dir/table"
set -f
while IFS='|' read -r name command edit <&3; do
    [ "${KEYS:-}" = all ] || command=${command%% *} edit=${edit%% *}
    for key in $command; do try "$name" command "$key"; done
    for key in $edit; do try "$name" edit "$key"; done
    if [ "${KEYS:-}" = all ] || [ -z "$command$edit" ]; then try "$name" name ":$name"; fi
done 3<"$dir/table"

report
