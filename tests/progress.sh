#!/bin/sh
# Progress on a real terminal: fit and nn.progress are run in tmux and the screen is read, polled, never slept for.
# sh tests/progress.sh [BUILD].  Ends with "N passed, N failed, N skipped".
if ! command -v tmux >/dev/null; then
    echo "skipped: progress on a terminal: tmux is not installed"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
moonlab=$(realpath "${1:-build}/moonlab")
dir=$(mktemp -d)
tmux="tmux -S $dir/socket -f /dev/null"
unset XDG_STATE_HOME TMUX
export TERM=xterm LC_ALL=C.UTF-8 INPUTRC=/dev/null HOME="$dir" NO_COLOR=1
trap '$tmux kill-server 2>/dev/null; rm -rf "$dir"' EXIT
passed=0 failed=0

type_line() { $tmux send-keys -l -- "$1" && $tmux send-keys Enter; }
keys() { $tmux send-keys "$@"; }
screen() { $tmux capture-pane -p -S -200; }

# see NAME PATTERN: waits until the lines of the screen, joined by |, match.
see() {
    for _ in $(seq 200); do
        lines=$(screen | sed 's/ *$//' | tr '\n' '|')
        # shellcheck disable=SC2254
        case $lines in $2) passed=$((passed + 1)); return 0 ;; esac
        sleep 0.05
    done
    failed=$((failed + 1))
    echo "FAILED: $1: the screen is:"
    screen | grep -v '^$'
}

# A class with a slow step, so that what happens does not depend on the machine.
cat >"$dir/model.lua" <<'LUA'
function wait(seconds)
  local start = lab.clock()
  while lab.clock() - start < seconds do end
end
x = lab.linspace(0, 1, 64)
function model(step)
  local m = nn.Linear(1, 1):compile { optimizer = { "sgd", lr = 0.1 }, loss = function(p, t)
    wait(step)
    return lab.mse_loss(p, t:reshape(p.shape))
  end }
  return m
end
function fit(step, options)
  m = model(step)
  m:fit(x, 3 * x + 2, options)
end
LUA

$tmux new-session -d -x 80 -y 24 sh || exit 1
see "a shell is there" '*[#$]*'
type_line "cd $dir; clear; $moonlab run model.lua; $moonlab repl"
see "the prompt is there" '*Ctrl-D ends|>|*'
type_line 'dofile("model.lua")'

type_line 'fit(0.03, {epochs=2, batch_size=4})'
see "a bar is drawn" '*epoch 1/2  *16  ━*─*%*it/s  ETA *loss *'
see "each epoch leaves a line with its time, and no bar" '*epoch 1/2 *s  loss ?.????|epoch 2/2 *s  loss ?.????|>|*'
keys C-l
type_line 'fit(0.004, {epochs=40, batch_size=16})'
see "one bar for many short epochs" '*|epoch *40  ━*%*it/s  ETA *'
see "they leave few lines" '*|epoch  1/40 *|epoch  5/40 *|epoch 10/40 *|epoch 35/40 *|epoch 40/40  *s  loss*|>|*'
keys C-l
type_line 'fit(0.01, {epochs=3, batch_size=4, verbose=0}); print("silent")'
see "verbose=0 prints nothing" '*verbose=0}*|silent|>|*'
keys C-l

type_line 'fit(0.02, {epochs=9, batch_size=1}) -- x'
see "a long epoch" '*epoch 1/9  *64  ━━*'
keys C-c
see "Ctrl-C leaves the line whole and the prompt on a new one" '*|epoch 1/9  *64  ━*loss *^C|interrupted|>|*'
type_line 'print(m.training, #m.history.epoch, lab.is_grad_enabled())'
see "the model's mode is as before" '*|true *0 *true|>|*'
keys C-l
type_line 'for i in nn.progress(50, {desc="loop"}) do wait(0.02) if i == 20 then print("half", "way") end end'
see "what is printed stands above the bar" '*|half*way|loop  ??/50  ━*'
see "and the bar stays with its time" '*|half*way|loop  50/50  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  100 %*it/s  1.? s|>|*'
keys C-l
type_line 'for i in nn.progress(500, {desc="stop"}) do wait(0.02) end'
see "a loop" '*|stop  ?/500  ─*'
keys C-c
see "is interrupted" '*|stop  *500  *s|interrupted|>|*'
keys C-l
type_line 'for i in nn.progress(10, {leave=false}) do wait(0.03) end print(9)'
see "leave=false takes the bar away" '*print(9)|9|>|*'
$tmux resize-window -x 30 -y 20
keys C-l
type_line 'fit(0.03, {epochs=1, batch_size=4}) --'
see "a bar fits a narrow window" '*|epoch 1/1  *16  *%*…|*'
see "and so does the line that stays" '*|epoch 1/1 *loss ?.????|>|*'
$tmux resize-window -x 80 -y 24
type_line 'os.exit()'
type_line 'clear; TERM=dumb; export TERM'
type_line "$moonlab -e 'dofile(\"model.lua\") fit(0.02, {epochs=2, batch_size=8})'; echo end"
see "a dumb terminal gets plain lines" '*|epoch 1/2  loss ?.????|epoch 2/2  loss ?.????|end|*'

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
