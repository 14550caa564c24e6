#!/bin/sh
# Every way out of the notebook leaves the terminal as it was; stopped and continued, it goes on; and so on terminals of all types,
# in other locales.
# [WAYS=all] sh tests/ways_out.sh [BUILD]: all signals in all states, all terminals in all locales.  Ends with "N passed, N failed, N skipped".
what="the ways out of the notebook"
. tests/tools/screen.sh
stop_at_failure=1

cd "$dir" || exit 1
printf 'pasted' >paste
$tmux load-buffer paste
pid() { pgrep -P "$($tmux display -p '#{pane_pid}')" moonlab | head -n 1; }
# The process that runs cells: the last of a row, in which the others, its snapshots, sleep.
kernel() { youngest "$(pid)"; }
youngest() {
    next=$(pgrep -P "$1" | head -n 1)
    if [ -n "$next" ]; then youngest "$next"; else echo "$1"; fi
}
modes() { $tmux display -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag} #{keypad_cursor_flag}'; }
write() {
    printf '%s\n' '-- %% endless' 'while true do pcall(error) end' '' '-- %% other' 'x = 1' >n.lua
    rm -rf .moonlab
}
type_line "cd $dir; stty -a | sed 1d >before"
check "the terminal has been looked at" test -s before
before=$(modes)

# begin NAME [ENVIRONMENT]: the notebook opens; when it has ended, the shell looks at the terminal.
begin() {
    way=$1
    write
    type_line "clear; env ${2:-} $moonlab ${3:-n.lua}; e=\$?; stty -a | sed 1d >after; cmp before after && echo \$e: as it w''as"
}
opens() { see "$way: it opens" '*n.lua*cell 1/2*'; }
runs() { keys j C-j k C-j; see "$way: a cell runs" '*endless*running*'; }
edits() { keys j Enter; see "$way: a cell is edited" '* EDIT *'; letters ' y = 2'; }
letters() { keys -l -- "$1"; }
command() { letters ":$1"; keys Enter; }
esc() { keys Escape; see "$way: Esc leads to the cells" '* CELLS *'; }
# over STATUS: it has ended with that status, and the terminal is as it was.
over() {
    see "$way: the terminal is as it was" "*$1: as it was|*"
    check "$way: so are the terminal's modes" [ "$(modes)" = "$before" ]
    type_line 'cat -v'
    $tmux paste-buffer -p -d
    $tmux load-buffer paste
    see "$way: pastes are not marked" '*cat -v|pasted|*'
    keys Enter C-d
}

# ---- ways that are asked for -----------------------------------------------------------------------

begin ':q'; opens; command q; over 0
begin ':q! while editing and running'; opens; runs; edits; esc; command 'q!'; over 0
begin ':wq'; opens; edits; esc; command wq; over 0
check ":wq has saved" grep -q 'y = 2' n.lua
begin ':q of a cell that runs'; opens; runs; command q
see "it asks" '*a cell is running*e ends it*'; keys e; over 0
begin 'a list is open'; opens; keys '?'; see "all keys" '*READ*'; keys q; command q; over 0

# ---- signals ---------------------------------------------------------------------------------------

# The state the signal comes in: cells, a running cell, an edited cell, an overlay, a question, the line of commands.
into() {
    case $1 in
    run) runs ;;
    edit) edits ;;
    list) keys '?'; see "$way: a list" '*READ*' ;;
    question) command 'title x'; command q; see "$way: a question" '*s saves, d drops*' ;;
    line) letters ':titl'; see "$way: a command is typed" '*:titl*' ;;
    esac
}
ended_by() { # SIGNAL STATE
    begin "SIG$1, $2"
    opens
    into "$2"
    kill "-$1" "$(pid)"
    over '[1-9]*'
}
if [ "${WAYS:-}" = all ]; then
    for state in cells run edit list question line; do
        for signal in TERM HUP SEGV ABRT BUS QUIT; do ended_by $signal $state; done
    done
else
    ended_by TERM run
    ended_by HUP edit
    ended_by SEGV list
    ended_by TERM question
    ended_by HUP line
    ended_by SEGV run
fi
begin 'a storm of SIGINT'
opens
runs
p=$(pid)
for _ in $(seq 100); do kill -INT "$p"; done
see "a storm of SIGINT: the cell is stopped, or it is offered" '*interrupted*'
check "a storm of SIGINT: nothing runs" sh -c "$tmux capture-pane -p | grep -q 'idle' || { $tmux send-keys w; false; }"
command q
over 0
begin 'the kernel is killed'
opens
runs
kill -9 "$(kernel)"
see "the kernel is killed: it is told" '*killed by signal 9*'
command q
over 0

# ---- errors at the start ---------------------------------------------------------------------------

begin 'an unknown terminal' TERM=nonsense; over 1
begin 'a notebook that is none' '' /dev; over '[1-9]*'
printf '{"cells": [' >broken.ipynb
begin 'broken JSON' '' broken.ipynb
see "broken JSON: it is told" '*broken.ipynb*'
over 1
mkdir folder.lua
begin 'a folder' '' folder.lua; over 1

# ---- stopped and continued -------------------------------------------------------------------------

# stopped: the shell is back, with the terminal that it knows.
stopped() {
    see "$way: the shell is back" '*[#$]|*'
    type_line "clear; stty -a | sed 1d >after; cmp before after && echo as it w''as"
    see "$way: with its terminal" '*as it was|*'
    check "$way: and its modes" [ "$(modes)" = "$before" ]
    type_line fg
}
for state in cells run edit; do
    begin "Ctrl-Z, $state"; opens; into $state; keys C-z
    stopped
    see "$way: fg goes on" '*n.lua*endless*─|*cell [12]/2*'
    [ $state = run ] && see "$way: the cell, too" '*running*'
    kill -TSTP "$(pid)"
    way="SIGTSTP, $state"
    stopped
    see "$way: fg goes on" '*n.lua*endless*─|*cell [12]/2*'
    kill -STOP "$(pid)"
    way="SIGSTOP, $state"
    see "$way: the shell is back" '*\[1\] +*'
    keys f g C-j # the terminal is as moonlab had it
    see "$way: fg draws all anew" '* n.lua*|───*endless*|*cell [12]/2*'
    check "$way: and nothing else" sh -c "! $tmux capture-pane -p | grep -qF '[1]'"
    kill -STOP "$(pid)"
    kill -CONT "$(pid)" # it goes on behind the shell, which has the terminal
    see "$way: continued from outside, the shell keeps the terminal" '*\[1\] +*'
    keys f g C-j
    see "$way: until fg" '* n.lua*|───*endless*|*cell [12]/2*'
    check "$way: nothing of the shell is left" sh -c "! $tmux capture-pane -p | grep -qF '[1]'"
    [ $state = edit ] && { letters '3'; see "$way: keys are taken" '*y = 23*'; esc; }
    [ $state = run ] && { keys C-c; see "$way: it can be interrupted" '*interrupted*'; }
    command 'q!'
    see "$way: it ends" '*[#$]|*'
    type_line "clear; stty -a | sed 1d >after; cmp before after && echo as it w''as"
    see "$way: the terminal is as it was" '*as it was|*'
done

# ---- terminals and locales -------------------------------------------------------------------------

printf '%s\n' '-- %% wide 日本' 'x = 1' \
    "$(printf 'print("日本 e\314\201 \360\237\221\250\342\200\215\360\237\221\251 \327\251\327\234 \200\377|")')" >wide.lua
printf 'wide 日本 e\314\201 \360\237\221\250\342\200\215\360\237\221\251\342\200\215\360\237\221\247 \327\251\327\234\327\225\327\235 \342\200\256 \200\377\300 end' >paste
localedef -i en_US -f ISO-8859-1 ./en_US.ISO-8859-1 2>/dev/null
locales="C C.UTF-8$([ -d en_US.ISO-8859-1 ] && echo ' en_US.ISO-8859-1')"
on() { # TERM LOCALE
    way="$1, $2"
    rm -rf .moonlab
    type_line "clear; env TERM=$1 LC_ALL=$2 LOCPATH=$([ -d en_US.ISO-8859-1 ] && [ "$2" = en_US.ISO-8859-1 ] && echo "$dir") $moonlab wide.lua; e=\$?; stty -a | sed 1d >after; cmp before after && echo \$e: as it w''as"
    if [ "$1" = dumb ]; then
        see "$way: no notebook, but a message" '*needs a terminal*1: as it was|*'
        return
    fi
    see "$way: it opens" '*wide.lua*x = 1*CELLS*cell 1/1*'
    keys C-j
    see "$way: wide characters are printed" '*idle*ms|*x = 1|*' 
    keys Enter C-e
    $tmux load-buffer paste
    case $1 in linux | vt100) $tmux paste-buffer ;; *) $tmux paste-buffer -p ;; esac
    see "$way: and pasted" '* EDIT *'
    check "$way: to the end" sh -c "$tmux capture-pane -p | grep -q 'end *\$'"
    keys BSpace BSpace BSpace Left Left Left Left Left Left Left DC
    letters 'typed'
    see "$way: what is typed there stands there" '*typed*'
    if [ "$2" = C ]; then check "$way: all is ASCII" sh -c "! $tmux capture-pane -p | LC_ALL=C grep -q '[^ -~]'"; fi
    keys Escape
    see "$way: Esc leads to the cells" '* CELLS *'
    command 'w! saved.lua'
    see "$way: it is saved" '*saved as saved.lua*'
    check "$way: whole" sh -c "LC_ALL=C grep -aq 'wide.*typed' saved.lua"
    command q
    see "$way: the terminal is as it was" '*0: as it was|*'
}
if [ "${WAYS:-}" = all ]; then
    for locale in $locales; do
        for term in dumb linux vt100 xterm xterm-256color tmux-256color screen; do on $term "$locale"; done
    done
else
    for term in dumb linux vt100 xterm tmux-256color screen; do on $term C.UTF-8; done
    for locale in $locales; do on xterm-256color "$locale"; done
fi

report
