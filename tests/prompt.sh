#!/bin/sh
# The prompt on a real terminal.  It stops at the first failure: what follows would only wait in vain.
# sh tests/prompt.sh [BUILD].  Ends with "N passed, N failed, N skipped".
what="the prompt on a terminal"
. tests/tools/screen.sh
stop_at_failure=1

cd "$dir" || exit 1
type_line "cd $dir; stty -a | sed 1d >before"
type_line "$moonlab repl"
see "the prompt greets" '*moonlab*Ctrl-D ends|>|*'

type_line 'local x = 20'
type_line 'x + 1'
see "a local lives on and a value is shown" '*> x + 1|21|>|*'
type_line 'for i = 1, 2 do'
type_line 'print(i * x)'
see "an unfinished statement waits, and is indented" '*..   print(i * x)|..|*'
type_line 'end'
see "and runs when it is complete" '*..   print(i * x)|.. end|20|40|>|*'
keys Up
see "it comes back whole from the history" '*|40|> for i = 1, 2 do|..   print(i * x)|.. end|*'
keys Up C-e
keys -l ' -- here'
keys Up Up Down
keys Enter
see "Up and Down move in its lines, and it runs" '*|..   print(i * x) -- here|.. end|20|40|>|*'
keys C-r
keys -l 'i * x) -'
see "Ctrl-R finds whole entries" "*(reverse-i-search)\`i \\* x) -': for i = 1, 2 do|..   print(i \* x) -- here|.. end|*"
keys Enter
see "and Enter runs them" '*|.. end|20|40|> for i = 1, 2 do|..   print(i * x) -- here|.. end|20|40|>|*'
forget
keys -l 'y = {'
keys M-Enter
keys -l '1}'
keys M-Enter Enter
see "Alt-Enter begins a line also where all is whole" '*> y = {|.. 1}|..|>|*'
type_line '#y'
see "and blank lines at the end do not matter" '*> #y|1|>|*'
type_line 'io.write("a\27[31mb\n")'
see "control characters do not reach the terminal" '*|a␛\[31mb|>|*'

# interrupts NAME CODE: CODE runs until Ctrl-C, which tells the line.
interrupts() {
    forget
    type_line "print('be' .. 'gun'); $2"
    see "$1 begins" '*|begun|*'
    keys C-c
    see "Ctrl-C stops $1 and says where" '*prompt *: interrupted|*1 | print*|>|*'
}
interrupts "an endless loop" 'while true do end'
interrupts "a loop of pcall" 'while true do pcall(error) end'
interrupts "a coroutine" 'coroutine.wrap(function() while true do end end)()'
interrupts "pcall in a coroutine in pcall" 'while true do pcall(coroutine.wrap(function() while true do pcall(error) end end)) end'
interrupts "a metamethod" 'local t = setmetatable({}, {__index = function() while true do end end}) t.x = t.y'
interrupts "a comparison" 'table.sort({3, 1, 2}, function(a, b) while true do end end)'
interrupts "an iterator" 'for _ in function() return 1 end do end'
interrupts "a callback of gsub" '("abc"):gsub(".", function() while true do end end)'
interrupts "tensor operations" 'local m = lab.randn(1500, 1500) while true do m = m:matmul(m) end'
interrupts "a program that is waited for" 'while true do os.execute("sleep 9") end'
interrupts "the reading of a pipe" 'io.popen("sleep 9"):read("a")'
interrupts "reading from the terminal" 'while true do io.read() end'
interrupts "reading lines from the terminal" 'for l in io.lines() do end'
interrupts "a sort" 'local t = {} for i = 1, 4e6 do t[i] = i * 7919 % 1000003 end while true do table.sort(t) end'
interrupts "training" 'local m = nn.Sequential(nn.Linear(99, 9)) m:compile{optimizer="sgd", loss="mse"} m:fit(lab.ones(900, 99), lab.ones(900, 9), {epochs=1000000, verbose=0})'
forget
keys C-r C-x x
keys C-r F12
keys C-u
type_line '"searched"'
see "keys that are not bound end a search" '*> "searched"|searched|>|*'
forget
$tmux send-keys -H 1b 5b 32 30 30 7e 61 62 63
keys C-c
type_line '"paste " .. "over"'
see "Ctrl-C ends a paste that breaks off" '*paste over|>|*'
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
type_line 'net = nn.Sequential(nn.Linear(2, 3))'
keys -l 'net[1].w'
keys Tab
keys -l ':rel'
keys Tab Tab
see "Tab shows what can stand there, below the line" '*> net\[1].weight:relu|relu(*relu_(|*'
keys -l '():sum(1, {kee'
keys Tab
type_line 'true}).shape[1]'
see "what was shown goes with the next key" '*> net\[1].weight:relu():sum(1, {keepdim=true}).shape\[1]|1|>|*'
keys -l 'lab.sum('
keys Tab
see "inside a call Tab tells its arguments" '*> lab.sum(|lab.sum(x, dim?, keepdim=false, dtype?)|sum over dim*'
keys C-u
keys -l ':wh'
keys Tab Enter
see ":who lists the variables" '*> :who|name *type *value|*net *Sequential *9 parameters|*x *number *20|*'
keys -l ':save my'
keys Enter
see ":save writes the session" '*cells in my; * that failed left out|>|*'
check "which is a notebook that can be loaded" sh -c "head -n 2 my | grep -q '^-- moonlab: {format: 1, seed: 0}' && echo ':load my' | $moonlab repl >/dev/null"
type_line ':save my'
see "but not over a file" '*:save my: there is such a file already; :save! replaces it|>|*'
type_line ':lod my'
see "an unknown command names the nearest" "*unknown command ':lod'; did you mean :load?*"
forget
echo 'print("loaded") -- one' >two.lua
printf -- '-- %%%% [markdown]\n-- text\n\n-- %%%% second\nlocal z = 5\nz.a.b = 1\n' >>two.lua
keys -l ':load tw'
keys Tab Enter
see ":load runs cells and says where one failed" "*> :load two.lua|loaded|two.lua:7: attempt to index a number value (global 'z')|    7 | z.a.b = 1|>|*"
type_line 'z'
see "what they defined is there" '*> z|5|>|*'
type_line ':time lab.zeros(2):sum():item()'
see ":time shows the value and the time" '*|0.0|*s|>|*'
type_line ':bench 1 + 1'
see ":bench measures" '*ns a run (the middle half of *|>|*'
type_line '6 * 7'
type_line '_ + 1'
see "the last value is in _" '*> _ + 1|43|>|*'
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
see "Ctrl-D ends" '*>|*[#$]|*'
type_line 'stty -a | sed 1d >after; cmp before after && echo unchanged'
see "and the terminal is as it was" '*|unchanged|*'
type_line clear
type_line "$moonlab repl; echo status \$?"
see "it starts again" '*Ctrl-D ends|>|*'
keys Up
see "with the history of last time" '*> lab.zeros(30)|*'
keys C-u
type_line 'os.exit(7)'
see "os.exit gives the status" '*status 7|*'
check "the history is private" [ "$(stat -c %a "$dir/.local/state/moonlab/history")" = 600 ]

# A paste of 1,000 lines is one entry, taken at once, with its own indentation.
type_line clear
type_line "$moonlab repl"
see "it starts" '*Ctrl-D ends|>|*'
{ echo 'local t = {}'; for i in $(seq 998); do echo "    t[$i] = $i -- é"; done; echo 'print(#t)'; } >paste
$tmux load-buffer paste
$tmux paste-buffer -p
see "the end of a long paste is shown" '*..     t\[998] = 998 -- é|.. print(#t)|*'
keys Enter
see "and runs as one entry" '*.. print(#t)|998|>|*'
forget
keys Up
see "it comes back" '*..     t\[998] = 998 -- é|.. print(#t)|*'
keys Up C-e
keys -l ' edited'
see "and is edited in a window around the cursor" '*t\[998] = 998 -- é edited|.. print(#t)|*'
keys C-c
forget
type_line 'print("日本", 1)' 
keys Up C-a Right Right Right Right Right Right Right
keys -l '字'
see "wide characters are edited where they are seen" '*> print("字日本", 1)|*'
keys C-u C-k
keys -l 'print("a line that is longer than the narrow terminal is wide", 1, 2)'
$tmux resize-window -x 30 -y 10
see "a long line is wrapped anew" '*> print("a line that is longer|*|*, 1, 2)|*'
$tmux resize-window -x 1 -y 1
$tmux resize-window -x 80 -y 24
see "a terminal of one cell loses nothing" '*> print("a line that is longer than the narrow terminal is wide", 1, 2)|*'
keys Enter
see "and the line runs" '*|a line that is longer than the narrow terminal is wide*1*2|>|*'
keys -l 'f(1, {2})'
keys C-a Right
see "brackets are matched" '*f(1, {2})|*'
check "the partner of a bracket stands out" looks "f(1, {2}.\[1;4m)"
keys C-c
$tmux split-window -d "$moonlab repl"
other() { $tmux send-keys -t .1 "$@"; }
other -l 'print("from the other")'
other Enter
for _ in $(seq 100); do grep -q 'from the other' .local/state/moonlab/history && break; sleep 0.05; done
type_line '"mine"'
keys Up Up
see "sessions at the same time do not mix their histories" '*> print("a line that is longer*'
keys C-u
other C-d
keys C-d

# Colours, a user's inputrc with vi's keys.
type_line clear
echo 'set editing-mode vi' >inputrc
type_line "NO_COLOR= COLORTERM= TERM=xterm INPUTRC=$dir/inputrc $moonlab repl"
see "it starts with vi's keys" '*Ctrl-D ends|>|*'
keys -l 'local s = "a" -- c'
keys Escape
keys -l '0wcwt'
see "vi's keys edit" '*> local t = "a" -- c|*'
for color in '35mlocal' '32m"a"' '90m-- c'; do check "there is the colour $color" looks "\[$color"; done
keys Escape
keys -l 'dd'
keys -l 'ifor i = 1, 2 do'
keys Enter
keys -l 'print(i)'
keys Escape
keys -l 'kA -- up'
keys Escape
keys -l 'j'
keys -l 'oend'
keys Enter C-c
keys C-d
see "and it ends" '*>|*[#$]|*'

# A dumb terminal: Readline draws itself, line by line, and nothing is sent that such a terminal does not know.
type_line clear
type_line "TERM=dumb script -qc '$moonlab repl' typed"
see "it starts on a dumb terminal" '*Ctrl-D ends|*>|*'
type_line 'for i = 7, 8 do'
type_line 'print(i) end'
see "entries go over lines there too" '*.. print(i) end|7|8|>|*'
$tmux resize-window -x 2 -y 2
keys -l 'x = 1; -- in two columns'
$tmux resize-window -x 80 -y 24
keys C-u
type_line '"wide" .. " again"'
see "it bears a window of two columns" '*wide again|*>|*'
keys C-d
see "and it ends" '*wide again|*>|*[#$]|*'
check "a dumb terminal gets no escape sequences" sh -c '! grep -q "$(printf "\033")" typed'

# No terminal for the output: nothing but the output is in it.
printf 'print(1)\n\004' | script -qc "$moonlab repl 2>errors | cat >out" /dev/null >typed
check "without a terminal to write to, only what was printed is written" [ "$(cat out)" = 1 ]

for signal in TERM HUP SEGV; do
    type_line clear
    type_line "$moonlab repl; stty -a | sed 1d >after; cmp before after && echo as it was"
    see "it starts for SIG$signal" '*Ctrl-D ends|>|*'
    kill -$signal "$(pgrep -P "$($tmux list-panes -F '#{pane_pid}')")"
    see "ended by SIG$signal at the prompt, it leaves the terminal as it was" '*|as it was|*'
done

report
