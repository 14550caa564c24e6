#!/bin/sh
# The notebook on a real terminal: every key and command, running, files, and how the terminal is left.
# sh tests/notebook.sh [BUILD].  Ends with "N passed, N failed, N skipped".
what="the notebook on a terminal"
here=$PWD
. tests/tools/screen.sh
stop_at_failure=1

cd "$dir" || exit 1
mkdir .config .config/moonlab
type_line "cd $dir; stty -a | sed 1d >before"

. "$here/tests/tools/notebook.sh"

# ---- a new notebook --------------------------------------------------------------------------------

type_line clear
type_line "$moonlab"
see "a new notebook says how to begin" '* untitled *○ cell 1|*Type *F5 *runs the cell*Tab *Esc *? *lists all keys*:samples*:q*EDIT*cell 1/1*'
keys -l 'x = 20 + 1'
see "what is typed stands in the cell, and what was said is gone" '* untitled ●*│ x = 20 + 1||*'
keys F5
see "F5 runs it, and begins the next" '*● cell 1 *ms|*│ x = 20 + 1||┃○ cell 2|┃│*EDIT*cell 2/2*'
keys -l 'x * 2'
keys C-j
see "Ctrl-J runs and stays" '*┃● cell 2*┃│ x \* 2|┃  42|*CELLS*cell 2/2*'
keys k
see "k goes up" '*┃● cell 1*| ● cell 2*cell 1/2*'
keys Enter C-e
keys -l ' + 4'
esc
see "an edited cell is stale" '*┃○ cell 1*x = 20 + 1 + 4*'
keys r
see "r runs and goes on; who read what it wrote is stale" '*● cell 1*┃○ cell 2*42*cell 2/2*'
keys t
see "t runs what is stale" '*● cell 1*┃● cell 2*50*'
keys a
see "a inserts above" '*cell 1*┃○ cell 2|┃│||*● cell 3*cell 2/3*'
keys Enter
keys -l 'error("told")'
keys M-Enter
see "Alt-Enter runs and inserts below; an error is marked and shown" '*! cell 2*error("told")*cell 2:1: told*┃○ cell 3|*EDIT*cell 3/4*'
esc
keys d d
see "dd deletes, and says how it comes back" '*cell 3/3*deleted; z brings it back*'
keys z
see "z brings it back" '*cell 3/4*'
keys Z
see "Z deletes again" '*cell 3/3*'
keys k
keys R
see "R runs all in a new kernel, up to the error" '*● cell 1*! cell 2*○ cell 3*cell 2 failed, and the cells after it were not run*'
keys e
see "e goes to the line of the error" '*! cell 2*EDIT*cell 2/3  ln 1 col 1*'
esc
keys x
see "x cuts" '*cell 2/2*'
keys k
keys v
see "v pastes below" '*error("told")*cell 2/3*'
keys V
see "V pastes above" '*cell 2/4*'
keys d d d d
see "both go" '*cell 2/2*'
keys c
see "c copies" '*1 cell copied*'
keys k K J
see "J selects more" '*┃● cell 1*┃○ cell 2*'
keys m
see "m makes text of them" '*┃  x = 20 + 1 + 4||┃  x \* 2|*'
keys y
see "y makes code" '*┃● cell 1*│ x = 20*┃○ cell 2*│ x \* 2*'
keys M
see "M joins cells" '*│ x = 20 + 1 + 4|┃│*x \* 2*cell 1/1*'
keys z
see "and z takes them apart" '*cell 1/2*'
keys ']'
see "] moves a cell down" '*│ x \* 2*│ x = 20 + 1 + 4*cell 2/2*'
keys '['
see "[ moves it up" '*│ x = 20 + 1 + 4*│ x \* 2*cell 1/2*'
keys H
keys -l 'begin'
keys Enter
see "H gives a title" '*┃* begin *│ x = 20*'
command 'options tags=["parameters"]'
see ":options gives options" '*begin tags=\["parameters"]*'
keys G
see "G goes to the last cell" '*cell 2/2*'
keys g g
see "gg to the first" '*cell 1/2*'
keys T
keys G T
see "T runs the cells above" '*● begin*ms*○ cell 2*'
command 1
see "until all is done" '* idle *cell 1/2*'
keys i i
see "i i says that nothing runs" '*nothing is running*'
keys C-l q
see "a key without meaning says so" '*q does nothing here*'
keys C-l
keys s
see "s asks for a name" '*save as: untitled.lua*'
keys C-u
keys -l 'first.lua'
keys Enter
see "and saves" '* first.lua  *saved as first.lua*'
check "the file is a script" sh -c "grep -q '^-- %% begin tags' first.lua && $moonlab run first.lua | grep -q '^50'"
check "what was run is recorded with its environment" \
    sh -c "grep -q '\"instructions\": *\"' .moonlab/first*.out.jsonl && ! $moonlab verify first.lua 2>&1 | grep unknown"
check "its outputs stand beside it" [ -s .moonlab/first.lua.out.jsonl ]
keys G m
see "m makes text" '*┃  x \* 2|*'
command note
keys Enter
see ":note makes a note" '*┃* note|┃│ x \* 2*EDIT*'
esc
see "which says so when it is read, too" '*┃  note|┃  x \* 2|*CELLS*'
keys y C-j
see "y code" '*┃● cell 2*│ x \* 2|┃  50|*'
keys M-Up
see "M-Up moves it up" '*┃* cell 1*│ x \* 2*50*begin*cell 1/2*'
keys M-Down
see "M-Down down" '*begin*┃* cell 2*50*cell 2/2*'
command clear
see ":clear takes its output away" '*│ x \* 2|||*'
keys C-j
see "which comes again" '*│ x \* 2|┃  50|*'
command clear-all
see ":clear-all takes all away" '*│ x \* 2|||*'
keys R
see "until they are run again, and the end is told" '*│ x \* 2|*  50|*all cells have been run, in *s|*'
echo other >other.lua
command 'w! other.lua'
see ":w! writes over another file" '* other.lua  *saved as other.lua*'
check "it has been written" grep -q 'x \* 2' other.lua
command 'w! first.lua'
see "and over the first" '*saved as first.lua*'
command q
check ":q ends" in_shell
type_line 'stty -a | sed 1d >after; cmp before after && echo as it w''as'
see "and the terminal is as it was" '*as it was|*'

# ---- running ---------------------------------------------------------------------------------------

write run.lua <<'END'
-- %% lines
for i = 1, 100 do print("line", i) end

-- %% endless
while true do pcall(error) end

-- %% after
y = (y or 0) + 1
y

-- %% progress
for i in nn.progress(300, {desc="counting"}) do local t = os.clock() while os.clock() < t + 0.01 do end end

-- %% dies
os.execute("kill -SEGV $PPID") local t = os.clock() while os.clock() < t + 20 do end

-- %% hostile
print("a\27[31mred\27[0m\27]0;title\7b\rc\n\27[2J\27[?1049l")
local _ = os.execute([[printf 'raw\033[31mred\033[2J\033]0;t\007end\n']])
END
open run.lua
keys r
see "long output is folded" '*… 85 lines; O shows all …*line *100|*cell 2/6*'
keys k o
see "o hides the output" '*output hidden; o shows it*'
keys o
see "and shows it" '*… 85 lines; O shows all …*'
keys O
see "O shows all of it in the pager" '*line *15*'
keys q
see "and it comes back" '*CELLS*cell 1/6*'
keys j r
see "a cell runs" '*▶ endless*running*'
keys r
see "others wait" '*… after*waits: 1*'
keys k k Enter
keys -l -- '-- typed meanwhile '
see "while it runs, cells are edited" '*│ -- typed meanwhile while*'
keys C-c
see "Ctrl-C stops it, and what waited is not run" '*endless*interrupted*○ after*'
esc
keys z
keys j r
see "the kernel goes on" '*● after*┃○ progress*'
keys r
see "progress is one line that moves" '*▶ progress*counting*/300*'
keys C-c
see "until it is stopped" '*! progress*'
keys k k r k
see "a cell run twice cannot be reproduced" '*not reproducible*|┃  2|*'
keys u
see "u takes back what it did" '*the state is as it was before this cell was run*'
keys r
see "and it does the same again" '*● after*   2|*'
keys k 0 0
see "0 0 begins anew" '*a new kernel*'
keys r
see "without variables" '*● after*   1|*'
keys G k r
see "a kernel that dies is told of, and the state before comes back" '*killed by signal 11*this cell has been brought back*'
keys g g j j r
see "with its variables" '*│ y|   2|*'
keys G C-j
see "hostile output is harmless" '*a␛\[31mred*|┃  rawredend|*'
command kill
see ":kill kills, and a new kernel is there" '* idle *killed by signal 9*'
keys g g j C-j
see "an endless cell again" '*▶ endless*running*'
keys i i
see "i i stops it" '*! endless*interrupted*'
quit
write stuck.lua <<'END'
-- %% before
kept = 5

-- %% stuck
os.execute("kill -STOP $PPID")

-- %% after
kept
END
open stuck.lua
keys r r
see "a kernel that is stopped hears nothing" '*▶ stuck*running*'
keys C-c
see "the first Ctrl-C is told" '*interrupted; if it does not stop*'
keys C-c
see "the second offers to kill" '*it does not stop*k kills the kernel*the state before comes back*w waits*'
keys w
see "w waits" '*▶ stuck*running*CELLS*'
keys C-c
see "it is offered again" '*k kills the kernel*'
keys k
see "k kills it" '*! stuck*killed by signal 9*'
keys G C-j
see "with the variables it goes on" '*│ kept|┃  5|*'
quit

write live.lua <<'END'
-- %% live
local live = plot.live{title = "moving", rows = 8}
for i = 1, 150 do
  live:push("a", i, i % 7) local t = os.clock() while os.clock() < t + 0.01 do end
end
live:done() print("ended")
END
open live.lua
keys C-j
see "a live figure moves while its cell runs" '*running cell 1*▶ live*┤*┬*'
see "and stays when it has ended" '*● live*┤*┬*|┃  ended|*'
$tmux resize-window -x 40 -y 24
see "and is drawn anew for a narrower screen" '*moving|*└┬─────────┬─────────┬─────────┬──|*|┃  ended|*'
$tmux resize-window -x 80 -y 24
quit

write wide.lua <<'END'
-- %% wide
plot.line{1, 3, 2}
END
open wide.lua
keys C-j
see "a figure is as wide as the screen" '*└┬─────────────────────────────────┬─────────────────────────────────┬|*'
$tmux resize-window -x 40 -y 24
see "also when that changes" '*└┬──────────────┬──────────────┬|┃       1              2              3|*'
$tmux resize-window -x 80 -y 24
see "and changes back" '*└┬─────────────────────────────────┬─────────────────────────────────┬|*'
command 'w!'
quit
open wide.lua
see "and it is there when the notebook is opened again" '*└┬─────────────────────────────────┬─────────────────────────────────┬|*'
quit

# ---- editing --------------------------------------------------------------------------------------

type_line clear
type_line "$moonlab"
see "a new notebook" '*untitled*idle*'
keys -l 'for i = 1, 2 do'
keys Enter
keys -l 'print(i)'
keys Enter
keys -l 'end'
see "lines are indented" '*│ for i = 1, 2 do|┃│   print(i)|┃│ end|*'
keys Up Up C-e C-w
keys -l 'repeat'
see "Readline's keys edit" '*│ for i = 1, 2 repeat|*'
keys C-_ C-_
see "and undo" '*│ for i = 1, 2 do|*'
keys Down Down Enter
keys -l 'math.flo'
keys Tab
see "Tab completes" '*│ math.floor(|*'
keys -l '2.5)'
keys Enter
keys -l 'nn.S'
keys Tab
see "or shows what can stand there" '*│ nn.S|*SELU( *function*Sequential( *'
keys Down Down Enter
see "from which is chosen" '*│ nn.Sequential(|*'
see "and of which the arguments are told" '*EDIT*nn.Sequential(*'
keys -l 'lab.sum('
see "in a call they are told without asking" '*EDIT*lab.sum(x, dim?, keepdim=false*'
keys C-a
see "until the call is left" '*EDIT*cell 1/1  ln 5 col 1*F5 run*'
keys C-e
see "and when it is entered again" '*EDIT*lab.sum(x, dim?, keepdim=false*'
keys F1
see "F1 shows the manual on what is at the cursor" '*lab.sum*READ*'
keys Escape
see "and Esc leaves it" '*EDIT*'
keys -l 'x))'
keys F1
see "and after a call, on what was called" '*nn.Sequential*READ*'
keys Escape
see "and back" '*EDIT*'
keys C-a C-k
keys -l '日本 = "ü" -- wide'
see "wide characters are characters" '*│ 日本 = "ü" -- wide|*'
printf 'one\ntwo\n' >paste
$tmux load-buffer paste
$tmux paste-buffer -p
see "a paste is one step" '*wideone|┃│ two|*'
keys C-_
see "of undo" '*-- wide||*'
keys Home 'C-\'
see "C-\\ splits the cell" '*│ math.floor(2.5)||*┃○ cell 2|┃│ 日本*EDIT*cell 2/2*'
keys Up
see "Up leads into the cell above" '*EDIT*cell 1/2  ln 4*'
esc
quit

# ---- vi's keys -------------------------------------------------------------------------------------

cat >vi.rc <<'END'
set editing-mode vi
set keymap vi-insert
"jk": "\e"
"\C-t": "print()\e[D"
set keymap vi-command
"Q": "ddp"
END
type_line clear
type_line "INPUTRC=vi.rc $moonlab"
see "with vi's keys Esc leads to its commands first" '*EDIT*cell 1/1*Esc vi?s commands*'
keys -l 'one'
keys Enter
keys -l 'two'
keys Escape
see "which is shown" '*EDIT vi*cell 1/1  ln 2 col 3*Esc leave*'
keys -l 'ggQ'
see "keys of the inputrc stand for others" '*│ two|┃│ one|*EDIT vi*'
keys -l 'u'
keys -l 'wi'
keys C-t
keys -l '7jk'
see "while typing, too" '*print(7)*EDIT vi*'
keys -l 'ccone'
keys Escape
keys -l ':2bad'
keys Enter
see ": gives a command" '*EDIT vi*unknown command ?:2bad?*'
keys -l '0fn'
keys -l 'r:'
see "unless it belongs to another key" '*│ o:e|*EDIT vi*'
keys C-r
keys -l 'o:'
see "C-r looks through the cells" '*EDIT*(reverse-i-search)*o:*'
keys Escape
see "Esc ends that" '*│ o:e|*EDIT vi*cell 1/1*'
keys -l 'u'
see "u takes back" '*│ one|*EDIT vi*'
keys Escape
see "and, among the commands, leads to the cells" '* CELLS *'
quit

# ---- a newcomer ------------------------------------------------------------------------------------

type_line clear
type_line "$moonlab"
see "a new notebook" '*untitled*idle*'
esc
keys -l 'print(1)'
see "a text typed among the cells is told to belong into one" '*Enter edits the cell, and then letters are text*'
keys C-l
keys -l 'x = 1'
see "what its letters did can be taken back" '*Enter edits the cell, and then letters are text; z takes back what they did*'
keys C-l
printf 'one = 1\n\nthree = one + 2\n' >paste
$tmux load-buffer paste
$tmux paste-buffer -p
see "what is pasted among the cells is a cell" '*│ one = 1|┃│|┃│ three = one + 2|*EDIT*cell 1/1*pasted as a cell*'
esc
$tmux paste-buffer
see "one more, even if the terminal does not mark it" '*│ three = one + 2||┃○ cell 2|┃│ one = 1|┃│|┃│ three = one + 2|*EDIT*cell 2/2*'
keys M-Enter
keys -l ':q'
keys Enter
see "a command typed into a cell is told of" '*│ :q|*EDIT*Esc first, then :q*'
keys C-j
see "it is not run" '*○ cell 3*│ :q|*CELLS*Esc first, then :q*'
keys d d b Enter
keys -l 'quit'
keys C-j
see "quit tells how" '*! cell *quit: :q ends the notebook (Esc first), Ctrl-D the prompt*'
quit

# ---- search, panels, help --------------------------------------------------------------------------

write many.lua <<'END'
-- %% [markdown]
-- # Heading
-- Some **text** about apples.

-- %% one
apples = 1

-- %% two
pears = {apples, 3}

-- %% [markdown]
-- The last, on Apples.
END
open many.lua
see "Markdown is shown as text" '*┃  Heading*═*Some text about apples.*'
keys /
keys -l 'apples = '
keys Enter
see "/ finds" '*┃○ one*cell 2/4*'
keys /
keys -l 'apples'
keys Enter
keys n
see "n goes on" '*┃○ two*cell 3/4*'
keys n
see "without minding case" '*cell 4/4*'
keys N
see "N goes back" '*cell 3/4*'
command 'search /^p.*s/'
see ":search takes regular expressions" '*cell 3/4*'
command 'replace /apples/plums/'
see ":replace replaces" '*plums = 1*{plums, 3}*matches replaced*'
keys z
see "in one step" '*apples = 1*{apples, 3}*'
command 2
see "a number goes to a cell" '*┃○ one*cell 2/4*'
keys R
keys w
see "w shows the variables" '*│ variables|*apples *1*'
$tmux resize-window -x 110 -y 30
see "in a panel" '*│ variables|*│ *apples*│ *pears*'
$tmux resize-window -x 80 -y 24
keys F2
see "F2 hides them" '*ms|*│ apples = 1|*'
keys '?'
see "? lists all keys" '*Keys*Running *while editing*r  F5  S-Enter *runs the cell, goes to the next*:seed N*'
keys PageDown PageDown G
see "to the end" '*moonlab keys shows*'
keys q
keys h
see "h shows the manual" '*The manual*READ*'
keys Escape
see "Esc leaves it" '*CELLS*'
command 'help lab.sum'
see ":help shows a page" '*lab.sum*sum over dim*'
keys Escape
see "Esc leaves it, too" '*CELLS*'
command 'help lab.smu'
see "an unknown name is told" '*lab.smu*'
command 'samples'
see ":samples lists them" '*Samples*gradient_descent_by_hand*xor*'
keys Escape
see "and Esc leaves" '*CELLS*'
command 'sampels'
see "an unknown command names the nearest" "*unknown command ':sampels'; did you mean :samples?*"
keys : s a Tab Tab
see "Tab completes commands" '*samples  save*:sa*'
keys C-c
command 'first now'
see "a command that takes nothing says so" '*:first takes nothing after it*'
keys Space PageUp C-e C-y C-l
see "the screen scrolls" '*CELLS*'
quit

# ---- keys with modifiers, the mouse -----------------------------------------------------------------

$tmux set -s extended-keys on
open many.lua
keys j S-Enter
see "Shift-Enter runs and goes on" '*● one*┃○ two*'
keys C-Enter
see "Ctrl-Enter runs and stays" '*┃● two*CELLS*cell 3/4*'
keys Enter S-Enter
see "in a cell, too" '*┃  The last, on Apples.*CELLS*'
keys C-Up
mouse() { keys -l "$(printf '\033[<%d;%d;%dM' "$1" "$2" "$3")"; }
mouse 0 10 9
see "a click selects a cell" '*┃● one*│ apples = 1*cell 2/4*'
mouse 0 10 9
see "one more edits it" '*EDIT*cell 2/4*ln 1*'
esc
mouse 65 10 9
see "the wheel scrolls" '*─|*Some text*cell 2/4*'
quit
$tmux set -s extended-keys off

# A key whose bytes come one after the other, as over a slow line: Escape has led to the cells by then.
type_line clear
type_line "$moonlab"
see "a new notebook" '*untitled*idle*'
keys -l 'abc'
esc
slow_left() {
    keys Enter
    $tmux send-keys Escape \; run-shell 'sleep 0.05' \; send-keys -l '[D'
    sleep 0.3
    screen | grep -q ' EDIT .*col 3'
}
check "a key in pieces is that key" slow_left
keys -l 'x'
see "and the cell is still edited" '*│ abxc|*EDIT*'
esc
quit

# ---- files -----------------------------------------------------------------------------------------

open many.lua
command 'title Fruit'
see "a change is shown" '* many.lua ●*'
command q
see ":q asks" '*not saved: s saves, d drops them, c cancels*'
keys c
see "c goes on" '*CELLS*cell 1/4*'
echo '-- changed' >>many.lua
command w
see ":w notices another program" '*changed by another program: o overwrites*r reads it again*c cancels*'
keys c
see "and does not save" '*not saved*'
command w
keys r
see "r reads it again" '* many.lua  *'
command 'w first.lua'
see ":w does not overwrite another file without asking" '*there is a file first.lua: o overwrites it*'
keys c
command 'w other.ipynb'
see ":w writes Jupyter's notebooks" '*saved as other.ipynb*'
check "which Jupyter reads" grep -q '"nbformat": *4' other.ipynb
command 'export page.html'
see ":export writes a page" '*written to page.html*'
command 'export page.html'
see "and asks before it writes it again" '*there is a file page.html: o overwrites it*'
keys o
see "o does" '*written to page.html*'
check "which is HTML" grep -qi '<html' page.html
command 'e first.lua'
see ":e opens another" '* first.lua *begin*'
command 'seed 7'
see ":seed sets the seed" '*first.lua ●*seed 7*'
command wq
check ":wq saves and ends" in_shell
check "the seed is in the file" grep -q 'seed: 7' first.lua
open first.lua
see "and is read from it" '*seed 7*'
see "the outputs are still there" '*x \* 2|*50|*'
keys j Enter
keys -l '1 + '
keys C-s
see "Ctrl-S saves while editing" '*EDIT*saved as first.lua*'
printf '#!/bin/sh\nsed -i s/2/3/ "$1"\n' >edit; chmod +x edit
esc
quit
type_line clear
type_line "EDITOR=$dir/edit $moonlab first.lua"
see "it opens" '*cell 1/2*'
keys j E
see "E edits the cell in \$EDITOR" '*1 + x \* 3*'
keys z Enter M-e
see "M-e while it is edited, too" '*1 + x \* 3*EDIT*'
esc
keys C-z
see "Ctrl-Z stops it" '*Stopped*[#$]|*'
type_line 'stty -a | sed 1d >after; cmp before after && echo as it w''as'
see "and the terminal is as it was" '*as it was|*'
type_line fg
see "fg goes on" '*1 + x \* 3*cell 2/2*'
command 'q!'
check "it ends" in_shell
type_line "$moonlab first.lua extra.lua"
see "one notebook at a time" '*one notebook is opened at a time*'
type_line "$moonlab missing/there.lua; echo done"
see "a new file has a name, and begins like a new notebook" '* there.lua*A new notebook*EDIT*cell 1/1*'
keys Escape
see "Esc leads to the cells" '*CELLS*'
command w
see "and a folder that is not there is told" '*not saved*missing*'
quit

# ---- a user's keys ---------------------------------------------------------------------------------

printf 'command Q q\ncommand q bad\n' >.config/moonlab/keys
type_line clear
type_line "$moonlab first.lua"
see "a mistake in the file of keys is told" '* idle *keys:2: no such command*'
keys Q
check "Q ends" in_shell
rm .config/moonlab/keys
type_line clear
type_line "$moonlab keys"
see "moonlab keys begins" '*Ctrl-D ends*'
keys F5 M-Enter d
see "it shows keys" '*F5 *cells: run*M-Enter*run-insert*the first of two*'
keys C-d
check "and ends" in_shell

# A new shell: what was killed has left the terminal as it was using it.
afresh() {
    $tmux respawn-pane -k sh
    see "a new shell is there" '[#$]|*'
    type_line "cd $dir; clear"
}

# ---- crashes ---------------------------------------------------------------------------------------

open first.lua
keys j Enter
keys -l 'unsaved -- '
see "something is typed" '*unsaved -- *'
check "after a moment the journal knows it" grep -qs 'unsaved -- ' .moonlab/first.lua.journal.jsonl
kill -9 "$(pid)"
check "moonlab is killed" in_shell
afresh
type_line "$moonlab first.lua"
see "what was not saved is offered" '*work that was not saved*r*recovers it, D*drops it*'
keys r
see "and comes back" '*unsaved -- *recovered; it is not saved yet*'
quit
type_line clear
type_line "$moonlab"
see "a new notebook" '*untitled*'
keys -l 'never saved'
see "is typed into" '*never saved*'
check "after a moment a journal knows it" sh -c 'grep -qs "never saved" .local/state/moonlab/untitled-*'
kill -9 "$(pid)"
check "moonlab is killed" in_shell
afresh
type_line "$moonlab"
keys -l 'rDl typed at once'
see "the untitled notebook is offered; what was typed before is in a cell" '*rDl typed at once*untitled notebook that was not saved*r*recovers*'
keys r
see "it comes back, above what was typed" '*never saved*rDl typed at once*EDIT*cell 2/2*'
keys -l ', and more'
see "where typing goes on" '*│ never saved|*│ rDl typed at once, and more|*'
esc
command 'samples xor'
see "a sample does not take the place of what is unsaved unasked" '*not saved: d drops them and opens the sample,*cancels*'
keys c
see "c cancels" '*never saved*CELLS*'
command 'samples xor'
see "asked again" '*d drops them*'
keys d
see "d opens it" '* untitled  *XOR*xor: R runs it all*'
quit
check "nothing is left of it" sh -c '! ls .local/state/moonlab/untitled-* 2>/dev/null'

for signal in TERM HUP SEGV ABRT; do
    type_line clear
    type_line "$moonlab; stty -a | sed 1d >after; cmp before after && echo as it w''as"
    see "it starts for SIG$signal" '*untitled*'
    kill -$signal "$(pid)"
    see "ended by SIG$signal, it leaves the terminal as it was" '*as it was|*'
done

# ---- terminals and sizes ---------------------------------------------------------------------------

open many.lua
for size in '-x 1 -y 1' '-x 300 -y 100' '-x 2 -y 40' '-x 90 -y 2' '-x 7 -y 7' '-x 120 -y 30' '-x 1 -y 24' '-x 80 -y 24'; do
    # shellcheck disable=SC2086
    $tmux resize-window $size
done
see "a storm of sizes loses nothing" '* many.lua*Some text about apples.*CELLS*'
quit
for term in linux xterm-256color tmux-256color vt100 screen; do
    type_line clear
    type_line "TERM=$term $moonlab many.lua"
    see "it shows on $term" '*many.lua*○ one*│ apples = 1*CELLS*'
    quit
done
type_line clear
type_line "LC_ALL=C $moonlab many.lua"
see "in a locale of ASCII" '*many.lua*|*o one*| apples = 1*CELLS*'
keys j r
see "cells run there, too" '*\* one*'
quit
type_line clear
type_line "TERM=dumb $moonlab"
see "a dumb terminal gets the prompt" '*Ctrl-D ends|*>|*'
keys C-d
check "it ends" in_shell
type_line "TERM=dumb $moonlab many.lua"
see "and no notebook" '*many.lua: the notebook needs a terminal*'
type_line "NO_COLOR= COLORTERM= TERM=xterm-256color $moonlab many.lua"
see "with colours" '*many.lua*CELLS*'
check "text has them" looks '34m.*Heading'
quit

# ---- colours ---------------------------------------------------------------------------------------

write colors.lua <<'END'
-- %% [markdown]
-- # Heading

-- %% exact
local _ = os.execute([[printf '\033[38;2;18;52;86mexact\033[0m\n']])
END
in_colors() {
    type_line clear
    type_line "NO_COLOR= TERM=xterm-256color $1 $moonlab colors.lua"
    see "it opens in colours, $1" '* Heading*CELLS*'
}
$tmux set -w window-style 'bg=#fafafa'
in_colors COLORTERM=truecolor
check "on a light background text is dark" looks '38;5;19m.*Heading'
keys j C-j
check "colours are exact where the terminal has them" looks '38;2;18;52;86mexact'
command theme
see ":theme tells why" '*theme: light (the background is #fafafa)*'
command 'theme dark'
check ":theme changes it at once" looks '38;5;111m.*Heading'
command 'theme pink'
see "an unknown theme is told" '*theme pink: auto, dark, light or plain is expected*'
quit
in_colors 'COLORTERM= MOONLAB_THEME=plain'
check "the terminal's own colours are used if that is wanted" looks '34m.*Heading'
keys j C-j
check "and the nearest of 256 where there are no more" looks '38;5;23mexact'
quit
$tmux set -w window-style 'bg=#101010'
in_colors 'COLORTERM='
check "on a dark background text is light" looks '38;5;111m.*Heading'
quit
$tmux set -wu window-style
in_colors 'COLORTERM= MOONLAB_THEME=pink'
see "a theme that there is not is told" '*MOONLAB_THEME is pink; auto, dark, light or plain is expected*'
quit

report
