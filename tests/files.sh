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
see "a second one says who has the file" "*a.lua is open in another moonlab (process $holder): o opens it here*q quits, l only*looks*"
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
check "who only looks leaves nothing" sh -c '! ls -d looked/.moonlab 2>/dev/null'

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
check "nothing is left" sh -c '! ls .local/state/moonlab 2>/dev/null'

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
if cc -shared -fPIC "-DGATE=\"$dir/gate\"" gate.c -o gate.so; then
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
report
