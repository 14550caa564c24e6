#!/bin/sh
# The notebook's files on a real terminal: two moonlabs on one file, recovery, slow and full disks, hostile files, and what
# Tab completes.  sh tests/files.sh [BUILD].  Ends with "N passed, N failed, N skipped".
what="the notebook's files on a terminal"
. tests/tools/screen.sh
stop_at_failure=1

cd "$dir" || exit 1
first=$tmux second="tmux -S $dir/second -f /dev/null"
trap '$first kill-server 2>/dev/null; $second kill-server 2>/dev/null; rm -rf "$dir"' EXIT
$second new-session -d -x 80 -y 24 sh || exit 1
type_line "cd $dir"
tmux=$second
type_line "cd $dir"
tmux=$first

command() { keys -l ":$1"; keys Enter; }
write() { cat >"$1"; }
open() { type_line clear; type_line "$moonlab $1"; see "$1 opens" '*idle*cell 1/*'; }
in_shell() { [ "$($tmux display-message -p '#{pane_current_command}')" = sh ]; }
esc() { see "a cell is edited" '* EDIT *'; keys Escape; see "Esc leads to the cells" '* CELLS *'; }
quit() { command 'q!'; check "it ends" in_shell; }
pid() { pgrep -P "$($tmux list-panes -F '#{pane_pid}')" moonlab; }
afresh() {
    $tmux respawn-pane -k sh
    see "a new shell is there" '[#$]|*'
    type_line "cd $dir; clear"
}

# ---- two on one file -------------------------------------------------------------------------------

printf -- '-- %%%% one\nx = 1\n' >a.lua
open a.lua
holder=$(pid)
tmux=$second
type_line "$moonlab a.lua"
see "a second one says who has the file" "*a.lua is open in another moonlab (process $holder): o opens it here*quits, l only*looks*"
keys x
see "a key that is no answer says which are" '*that is no answer: o, q or l*a.lua is open in another*'
keys q
check "q quits" in_shell
type_line clear
ln -s a.lua link.lua
type_line "$moonlab link.lua"
see "by another name, too" "*link.lua is open in another moonlab (process $holder)*looks*"
keys l
see "l only looks" '*link.lua (only looked at)*nothing is written unasked*'
quit
open_other() {
    type_line clear
    type_line "$moonlab a.lua"
    see "a second one is asked" '*another moonlab*l only*looks*'
    keys "$1"
    see "$1 opens it" '* a.lua *CELLS*cell 1/1*'
}
open_other l
keys H C-u
keys -l second
keys Enter
keys s
see "saving asks" '*a.lua is only looked at, as another moonlab has it open: o writes it, c cancels*'
keys c
see "c cancels" '*not saved*'
check "and nothing is written" sh -c '! grep -q second a.lua'
keys s o
see "o writes it" '* a.lua  *saved as a.lua, which another moonlab has open, too*'
check "so it is" grep -q '%% second' a.lua
tmux=$first
keys H C-u
keys -l mine
keys Enter
keys s
see "the first is told that it was changed" '*changed by another program: o overwrites*'
keys c
tmux=$second
quit
open_other o
keys H C-u
keys -l other
keys Enter
keys s
see "opened all the same, it is saved unasked" '*saved as a.lua*'
keys b Enter
keys -l 'not saved'
check "its journal is not the first one's" sh -c 'grep -qs "not saved" .local/state/moonlab/untitled-*'
kill -9 "$(pid)"
check "it is killed" in_shell
afresh
tmux=$first
kill -9 "$holder"
check "the first is killed" in_shell
afresh
type_line "$moonlab"
see "what the second had not saved is offered" '*untitled notebook that was not saved*r recovers*'
keys r
see "and comes back" '*○ other*not saved*'
esc
quit
type_line "$moonlab a.lua"
see "a lock does not outlive its process; the first one's work is offered" '*there is work that was not saved*D drops it*'
keys D
see "and dropped" '*○ other*CELLS*'
command q
check "it ends" in_shell
check "nothing but the record and the journal is left" sh -c '[ "$(ls .moonlab)" = "a.lua.journal.jsonl
a.lua.out.jsonl" ]'
mkdir looked
cp a.lua looked
open looked/a.lua
check "a lock is there" [ -e looked/.moonlab/a.lua.lock ]
command q
check "who only looks leaves nothing" [ ! -e looked/.moonlab ]

# ---- untitled ones ---------------------------------------------------------------------------------

type_line "$moonlab"
see "an untitled notebook" '*untitled*'
keys -l 'lost once'
check "is noted" sh -c 'grep -qs "lost once" .local/state/moonlab/untitled-1.journal.jsonl'
tmux=$second
type_line "$moonlab"
see "another" '*untitled*EDIT*'
keys -l 'living'
check "has a journal of its own" sh -c 'grep -qs "living" .local/state/moonlab/untitled-2.journal.jsonl'
esc
quit
kill -9 "$(tmux=$first pid)"
type_line "$moonlab"
see "what is lost is offered" '*untitled notebook that was not saved*r recovers*'
tmux=$first
afresh
type_line "$moonlab"
see "but not twice" '*A new notebook*EDIT*'
sleep 1
see "however long one waits" '*A new notebook*EDIT*'
esc
quit
tmux=$second
keys l
esc
quit
tmux=$first
type_line "$moonlab"
see "it is offered later" '*r recovers*'
keys r
see "and comes back" '*lost once*'
esc
quit
check "nothing is left" [ ! -e .local/state/moonlab ]

# ---- slow and full disks ---------------------------------------------------------------------------

# A disk whose syncs, but those that saving waits for, end only when there is a file.
write gate.c <<'END'
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>
int fsync(int fd)
{
    while (syscall(SYS_gettid) != getpid() && access(GATE, F_OK) != 0) usleep(10000);
    return (int)syscall(SYS_fsync, fd);
}
END
if [ -n "$MOONLAB_SANITIZED" ]; then
    skipped=$((skipped + 1))
    echo "skipped: a slow disk: a sanitizer wants to be loaded first"
elif cc -shared -fPIC "-DGATE=\"$dir/gate\"" gate.c -o gate.so; then
    type_line "LD_PRELOAD=$dir/gate.so $moonlab a.lua"
    see "on a slow disk it opens" '*idle*cell 1/*'
    keys Enter
    keys -l 'typed '
    check "what is typed is noted" grep -q 'typed ' .moonlab/a.lua.journal.jsonl
    keys -l 'on'
    see "and typing goes on while that is synced" '*│ typed on*'
    keys C-s
    see "saving, too" '*saved as a.lua*'
    esc
    command q
    sleep 0.5
    check "the end waits for the disk" sh -c "kill -0 $(pid)"
    : >gate
    check "until that is done" in_shell
fi

# A disk that takes no more than a kilobyte of a file.
write long.lua <<'END'
-- %% long
text = [[
END
seq 400 >>long.lua
echo ']]' >>long.lua
cp long.lua before.lua
type_line "(ulimit -f 2; exec $moonlab long.lua)"
see "where a file must not grow it opens" '* long.lua *○ long*'
keys H
keys -l ' title'
keys Enter s
see "what cannot be saved is told" '* long.lua ●*not saved: long.lua: File too large*'
check "and the file is whole" cmp long.lua before.lua
check "with nothing beside it" sh -c '! ls long.lua.* 2>/dev/null'
keys b Enter
keys -l 'still here'
see "the screen lives" '*│ still here*EDIT*'
see "and says that the journal cannot be written" '*journal.jsonl: File too large*'
esc
command 'w /proc/x.lua'
see "a folder that takes no files is told" '*not saved: /proc/x.lua: *'
ln -s /dev/full full.lua
command 'w! full.lua'
see "a full disk, too" '*not saved: full.lua: No space left on device*'
see "and nothing is lost" '* long.lua ●*│ still here*'
quit
check "nor is it when that was all" cmp long.lua before.lua
type_line "$moonlab /proc/x.lua"
see "a notebook where nothing can be written" '* x.lua *EDIT*'
keys -l 'noted all the same'
check "has its journal elsewhere" sh -c 'grep -qs "noted all the same" .local/state/moonlab/untitled-*'
esc
quit

# ---- hostile files ---------------------------------------------------------------------------------

refused() { # name file message
    type_line clear
    type_line "$moonlab $2"
    see "$1 is refused" "*moonlab: $2$3*"
    check "with the terminal as it was" in_shell
    $tmux clear-history
}
printf '{"cells": [' >broken.ipynb
refused "broken JSON" broken.ipynb ':1:11: *expected near end of file'
mkdir folder.lua
refused "a folder" folder.lua ': Is a directory'
mkfifo pipe.lua
refused "a pipe" pipe.lua ': a notebook is an ordinary file, and this is none'
printf '\033Lua' >compiled.lua
refused "bytecode" compiled.lua ': compiled Lua code is never loaded'
printf 'a = 1\0b\r\n-- %%%% two\r\n\0 = 3\r\n' >bytes.lua
cp bytes.lua before.lua
open bytes.lua
see "bytes that are no text are shown" '*a = 1␀b*○ two*│ ␀ = 3*'
keys G b Enter
keys -l 'x = 1'
keys C-s
see "and kept" '*saved as bytes.lua*'
printf '\r\n-- %%%%\r\nx = 1\r\n' >>before.lua
check "byte by byte, with the file's line ends" cmp bytes.lua before.lua
esc
for file in broken.ipynb folder.lua pipe.lua compiled.lua; do
    command "e $file"
    see ":e refuses $file" "* bytes.lua *$file:*"
done
echo '{"moonlab": "sidecar", "format": 9}' >.moonlab/a.lua.out.jsonl
command 'e a.lua'
see "a record that is broken is left out" '* a.lua *opened without outputs: *a.lua.out.jsonl:1: *verify --update*'
quit

# ---- the folder of --safe --------------------------------------------------------------------------

mkdir sub
echo inside >sub/data
echo outside >data
echo 'return {name = "a module"}' >sub/beside.lua
write sub/n.lua <<'END'
-- %% files
print(io.open("sub/data"):read())
print(io.open("data"))

-- %% modules
require("beside").name
END
type_line "$moonlab --safe sub/n.lua"
see "under --safe" '* n.lua *idle*'
keys R
see "files of the notebook's folder are read, and no others; modules lie beside it" "*  inside*'data' is not in the script's folder '*/sub'*|   a module|*"
command 'w top.lua'
see "saved elsewhere" '* top.lua *saved as top.lua*'
keys R
see "its folder is that one" '*┃  inside|┃  file|*cell 2 failed*'
command 'e sub/n.lua'
see "and another notebook has another" '* n.lua *'
keys R
see "folder" "*'data' is not in the script's folder '*/sub'*"
quit

# ---- the line --------------------------------------------------------------------------------------

printf -- '-- %%%% one\nx = 1\n' >line.lua
open line.lua
keys : h e l Tab
keys -l 'nn.Lin'
keys Tab
see "Tab completes a command with a blank after it, and a name of the manual" '*:help nn.Linear*'
keys C-u
keys -l 'samples x'
keys Tab
see "a sample" '*:samples xor*'
keys C-u
keys -l 'e su'
keys Tab
see "a folder" '*:e sub/*'
keys Tab
see "what is in it is shown: notebooks only" '*beside.lua  n.lua|:e sub/*'
keys -l n
keys Tab
see "and completed" '*:e sub/n.lua*'
keys C-u
keys -l 'export sub/d'
keys Tab
see "other files where they can be meant" '*:export sub/data*'
keys C-u
keys -l 'e none'
keys Tab
see "nothing is told" '*nothing that can stand here begins so|:e none*'
keys C-c
command doctor
see "commands of the shell are told" "*':doctor' is a command for the shell, where C-z leads: moonlab doctor*"
command ver
see "a beginning is a name" "*unknown command ':ver'; did you mean :verify?*"
keys R
see "all is run" '*all cells have been run*'
command verify
see ":verify saves, runs and compares" '*Verified*line.lua: 1 identical*READ*'
keys Escape
see "and the notebook is there" '* line.lua *CELLS*'
quit

report
