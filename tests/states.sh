#!/bin/sh
# The notebook's kernel, on a terminal: what is kept to go back, what is answered while a cell runs, and how all may end.
# sh tests/states.sh [BUILD].  Ends with "N passed, N failed, N skipped".
what="the notebook's kernel on a terminal"
here=$PWD
. tests/tools/screen.sh
stop_at_failure=1
cd "$dir" || exit 1
type_line "cd $dir"
. "$here/tests/tools/notebook.sh"

# ---- what is kept ----------------------------------------------------------------------------------

write states.lua <<'END'
-- %% before
model = nn.Linear(2, 3) big = lab.ones(8000000)

-- %% changes
big:add_(1)

-- %% waits
os.execute("sleep 61234 & sleep 61234")

-- %% after
model
END
open states.lua
keys u
see "there is nothing to take back before anything was run" '*this cell was not run in this kernel*'
keys r r k
see "what is kept to go back is shown, for all cells and for the selected one" \
    '* MB + * MB · *┃● changes*u take back (3? MB)*'
keys j r
see "a cell runs programs" '*▶ waits*running*'
keys Enter C-e
keys -l ':forw'
keys Tab
see "while it runs, names are completed" '*running cell 3*│ model:forward(*EDIT*'
keys -l 'lab.randn('
keys Tab
see "and calls explained" '*running cell 3*lab.randn(shape, dtype*'
keys Escape
see "Esc leads to the cells" '* CELLS *'
kill -9 "$(pgrep -P "$(pid)" | head -n 1)"
see "when what watches over the kernel is killed, that is told, and a new one begins" \
    '* idle *○ before*○ changes*! waits*the process that watches over it was ended: killed by*signal 9 (Killed); a new one was started, without variables*'
keys g g r
see "which runs cells" '*● before*┃○ changes*! waits*'
quit
check "no process is left that was in its care" sh -c "! pgrep -x sleep -a | grep 61234"

# ---- how cells and kernels end ---------------------------------------------------------------------

write ends.lua <<'END'
-- %% leaves
os.execute("setsid sleep 61235 & nohup sleep 61235 >/dev/null 2>&1 &") pause = 0.4

-- %% waits
os.execute("sleep " .. pause)

-- %% longer
pause = 20

-- %% exits
os.exit(3)

-- %% reads
name = io.read()

-- %% bytes
print(("x"):rep(30000000)) io.stdout:close() print("a\0b")
END
open ends.lua
keys r r
see "a cell ran" '*● waits*4?? ms|*'
keys k r
see "run again, it says what is left" '*▶ waits*running 0.* of about 4?? ms, * left|*'
see "and ends" '*● waits*(before 4?? ms)|*'
keys r
see "with more to do" '*● longer*'
keys k k r
see "it takes longer than before" '*▶ waits*longer than before (4?? ms)|*'
$tmux resize-window -x 36 -y 24
see "where there is little room it says the least" '*▶ waits * running ?.? s|*'
$tmux resize-window -x 80 -y 24
keys r r
see "others wait in their places" '*… longer*waits: 1*… exits*waits: 2*'
keys i i
see "none of them is run" '*! waits*● longer*○ exits*CELLS*interrupted*'
command 4
keys r
see "os.exit ends the kernel, and the state before it comes back" '* idle *● longer*! exits*the kernel ended: os.exit was called: exit status 3; the state before this*cell has been brought back*'
keys r
see "reading is an error that says what to do" '*! reads*io.read: a cell has no input to read; set a variable in a cell*'
keys C-j
see "odd bytes and long lines do no harm" '*xxx*more bytes*a␀b|*CELLS*'
command 1
keys C-j
see "programs are left" '*● leaves*'
quit
check "and end with the notebook" sh -c "! pgrep -x sleep -a | grep 61235"
type_line clear
type_line "$moonlab --snapshots 0 ends.lua"
see "without memory for it" '*idle*cell 1/*'
keys C-j
see "cells run" '* idle *● leaves*ms*'
keys u
see "there is no going back, and why" '*the state before this cell is not kept: snapshots are off*'
quit
type_line "$moonlab --snapshots much ends.lua"
see "that is a number" '*--snapshots much: a number of megabytes from 0*'
type_line clear

report
