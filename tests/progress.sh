#!/bin/sh
# Progress on a real terminal: fit and nn.progress.
# sh tests/progress.sh [BUILD].  Ends with "N passed, N failed, N skipped".
what="progress on a terminal"
. tests/tools/screen.sh

# A model with a slow step, so that what happens does not depend on the machine.
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

type_line "cd $dir; clear; $moonlab run model.lua; $moonlab repl"
see "the prompt is there" '*Ctrl-D ends|>|*'
type_line 'dofile("model.lua")'

type_line 'fit(0.03, {epochs=2, batch_size=4})'
see "a bar is drawn" '*epoch 1/2  *16  ━*─*%*it/s  ETA *loss *'
see "each epoch leaves a line with its time, and no bar" '*epoch 1/2 *s  loss ?.????|epoch 2/2 *s  loss ?.????|>|*'
forget
type_line 'fit(0.004, {epochs=40, batch_size=16})'
see "one bar for many short epochs" '*|epoch *40  ━*%*it/s  ETA *'
see "they leave few lines" '*|epoch  1/40 *|epoch  5/40 *|epoch 10/40 *|epoch 35/40 *|epoch 40/40  *s  loss*|>|*'
forget
type_line 'fit(0.01, {epochs=3, batch_size=4, verbose=0}); print("silent")'
see "verbose=0 prints nothing" '*verbose=0}*|silent|>|*'
forget

type_line 'fit(0.02, {epochs=9, batch_size=1}) -- x'
see "a long epoch" '*epoch 1/9  *64  ━━*'
keys C-c
see "Ctrl-C leaves the line whole and the prompt on a new one" '*|epoch 1/9  *64  ━*loss *^C|*: interrupted|*|>|*'
type_line 'print(m.training, #m.history.epoch, lab.is_grad_enabled())'
see "the model's mode is as before" '*|true *0 *true|>|*'
forget
type_line 'for i in nn.progress(50, {desc="loop"}) do wait(0.02) if i == 20 then print("half", "way") end end'
see "what is printed stands above the bar" '*|half*way|loop  ??/50  ━*'
see "and the bar stays with its time" '*|half*way|loop  50/50  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  100 %*it/s  1.? s|>|*'
forget
type_line 'for i in nn.progress(500, {desc="stop"}) do wait(0.02) end'
see "a loop" '*|stop  ?/500  ─*'
keys C-c
see "is interrupted" '*|stop  *500  *s|*: interrupted|*|>|*'
forget
type_line 'for i in nn.progress(10, {leave=false}) do wait(0.03) end print(9)'
see "leave=false takes the bar away" '*print(9)|9|>|*'
$tmux resize-window -x 30 -y 20
forget
type_line 'fit(0.03, {epochs=1, batch_size=4}) --'
see "a bar fits a narrow window" '*|epoch 1/1  *16  ETA*…|*'
see "and so does the line that stays" '*|epoch 1/1 *loss ?.????|>|*'
$tmux resize-window -x 80 -y 24
type_line 'os.exit()'
type_line 'TERM=dumb; export TERM'
type_line "$moonlab -e 'dofile(\"model.lua\") fit(0.02, {epochs=2, batch_size=8})'; echo end"
see "a dumb terminal gets plain lines" '*epoch 1/2  loss ?.????|epoch 2/2  loss ?.????|end|*'

report
