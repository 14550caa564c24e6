#!/bin/sh
# The prompt on a real terminal.
# sh tests/prompt.sh [BUILD].  Ends with "N passed, N failed, N skipped".
what="the prompt on a terminal"
. tests/tools/screen.sh

type_line "cd $dir; stty -a | sed 1d >before"
type_line "$moonlab repl"
see "the prompt greets" '*moonlab*Ctrl-D ends|>|*'

type_line 'local x = 20'
type_line 'x + 1'
see "a local lives on and a value is shown" '*> x + 1|21|>|*'
type_line 'for i = 1, 2 do'
type_line '  print(i * x)'
see "an unfinished statement waits" '*..   print(i * x)|..|*'
type_line 'end'
see "and runs when it is complete" '*.. end|20|40|>|*'
keys Up
see "it comes back whole from the history" '*> for i = 1, 2 do*print(i * x)*end|*'
keys C-u
type_line 'io.write("a\27[31mb\n")'
see "control characters do not reach the terminal" '*|a␛\[31mb|>|*'

type_line 'while true do pcall(error) end'
keys C-c
see "Ctrl-C stops code" '*interrupted|*'
forget
keys -l 'some words'
keys C-c
type_line '"still" .. "here"'
see "Ctrl-C drops a line" '*some words|> "still" .. "here"|stillhere|>|*'
type_line 'for i = 1, 3 do'
keys C-c
type_line '6 * 7'
see "Ctrl-C drops an unfinished statement" '*> 6 * 7|42|>|*'

keys -l 'x * math.flo'
keys Tab
type_line '2.5)'
see "Tab completes" '*> x * math.floor(2.5)|40|>|*'
forget
type_line '?tanh'
see "?name shows help" '*lab.tanh(x)*hyperbolic tangent*'
forget
type_line 'tanh?'
see "so does name?" '*lab.tanh(x)*hyperbolic tangent*'
forget
type_line 'prnt(x)'
see "an error shows its line and a hint, and the prompt goes on" '*did you mean print?|    1 | prnt(x)|>|*'

forget
keys C-z
see "Ctrl-Z stops" '*Stopped*[#$]|*'
type_line 'fg'
type_line 'x'
see "and fg goes on" '*fg|*> x|20|>|*'
$tmux resize-window -x 40 -y 10
type_line 'lab.zeros(30)'
see "values fit a narrower window" '*0, 0,*float32 30|>|*'
$tmux resize-window -x 80 -y 24

forget
keys C-d
type_line 'stty -a | sed 1d >after; cmp before after && echo unchanged'
see "Ctrl-D ends and the terminal is as it was" '*|unchanged|*'
type_line clear
type_line "$moonlab repl; echo status \$?"
see "it starts again" '*Ctrl-D ends|>|*'
keys Up
see "with the history of last time" '*> lab.zeros(30)|*'
keys C-u
type_line 'os.exit(7)'
see "os.exit gives the status" '*status 7|*'
[ "$(stat -c %a "$dir/.local/state/moonlab/history")" = 600 ] && passed=$((passed + 1)) ||
    { failed=$((failed + 1)); echo "FAILED: the history is not private"; }

for signal in TERM HUP SEGV; do
    type_line clear
    type_line "$moonlab repl; stty -a | sed 1d >after; cmp before after && echo as it was"
    see "it starts for SIG$signal" '*Ctrl-D ends|>|*'
    kill -$signal "$(pgrep -P "$($tmux list-panes -F '#{pane_pid}')")"
    see "ended by SIG$signal at the prompt, it leaves the terminal as it was" '*|as it was|*'
done

report
