# notebook.sh: what tests of the notebook on a terminal share; sourced after screen.sh, in $dir.

# Esc alone is known by nothing following it: what is typed next waits until it has been taken.
esc() { see "a cell is edited" '* EDIT *'; keys Escape; see "Esc leads to the cells" '* CELLS *'; }
# Runs a command by its name.
command() { keys -l ":$1"; keys Enter; }
# The notebook NAME with what comes on standard input.
write() { cat >"$1"; }
# Opens a notebook, waits until it is there.
open() { type_line clear; type_line "$moonlab $1"; see "$1 opens" '*idle*cell 1/*'; }
in_shell() { [ "$($tmux display-message -p '#{pane_current_command}')" = sh ]; }
quit() { command 'q!'; check "it ends" in_shell; }
# The process of the program.
pid() { pgrep -P "$($tmux list-panes -F '#{pane_pid}')"; }
