#!/bin/sh
# Live figures and the dashboard on a real terminal.
# sh tests/live.sh [BUILD].  Ends with "N passed, N failed, N skipped".
what="live figures on a terminal"
. tests/tools/screen.sh

cat >"$dir/live.lua" <<'LUA'
function wait(seconds)
  local start = lab.clock()
  while lab.clock() - start < seconds do end
end
function go(n, each, options)
  local live = plot.live(options or { title = "the title", ylim = { 0, 1 }, xlim = { 0, n }, rows = 8 })
  for i = 1, n do
    live:push("train", i, 0.5)
    if each then each(i) end
    wait(0.02)
  end
  return live
end
LUA

# How often the words stand on the screen and above it.
stand() { # number words
    [ "$(screen | grep -c -- "$2")" = "$1" ]
}

type_line "cd $dir; clear; $moonlab repl"
see "the prompt is there" '*Ctrl-D ends|>|*'
type_line 'dofile("live.lua")'

type_line 'go(60):done() -- a'
see "a figure is drawn while its numbers come" '*the title|*1 ┤*0 ┤*└┬─*|*'
see "the prompt comes below the figure" '*the title|*└┬─*60*|>|*'
check "it was drawn in place" stand 1 "the title"
check "all that was given is in it" looks "⠤\{70\}"
forget
type_line 'go(60) -- not done'
see "a cell's end finishes what is not done" '*the title|*└┬─*60*|>|*'
check "one figure stays" stand 1 "the title"
forget
type_line 'go(40, function(i) if i % 10 == 0 then print("line", i) end end):done()'
see "what is printed stands above the figure, in order" '*|line*10|line*20|line*30|line*40|*the title|*└┬─*40*|>|*'
check "and there is one figure" stand 1 "the title"
forget
type_line 'go(40, function(i) io.write(i % 10 == 0 and "x\n" or "x") end):done()'
see "so do parts of lines" '*|xxxxxxxxxx|*the title|*└┬─*|>|*'
forget
type_line 'go(4000) -- long'
see "a long one" '*the title|*└┬─*4000*|*'
keys C-c
see "Ctrl-C leaves a whole figure, and the prompt below" '*the title|*1 ┤*0 ┤*└┬─*4000*|*: interrupted|*|>|*'
check "one figure stays" stand 1 "the title"
forget
type_line 'go(40, function(i) if i == 20 then error("broken") end end)'
see "so does an error" '*the title|*1 ┤*0 ┤*└┬─*40*|*broken|*|>|*'
forget
type_line 'go(250, nil, {title="the title", ylim={0, 1}, xlim={0, 300}, rows=8}):done() -- resized'
see "a wide one" '*the title|*└┬─*|*'
$tmux resize-window -x 50 -y 20
see "a narrower window is filled" '*the title|*0 ┤|*└┬─*|>|*'
check "with one figure" stand 1 "└┬─"
$tmux resize-window -x 80 -y 24
forget
type_line 'local a, b = plot.live{title="first", rows=6}, plot.live{title="second", rows=6}; for i = 1, 20 do a:push("a", i); b:push("b", i) wait(0.02) end'
see "of two the second waits for the first" '*first|*└┬─*second|*└┬─*|>|*'
check "each is there once" stand 1 "  second"
forget

cat >"$dir/train.lua" <<'LUA'
dofile("live.lua")
local run = plot.train { title = "the run", epochs = 3, steps = 20, batch = 8 }
for epoch = 1, 3 do
  for i = 1, 20 do
    wait(0.02)
    run:log { loss = 1 / (20 * epoch + i), lr = 0.1 }
    if epoch == 2 and i == 5 then print("a message") end
  end
  run:val { loss = 1 / (20 * epoch) }
end
LUA
type_line 'os.exit()'
see "the shell is back" '*os.exit()|[#$]*'
type_line "clear; $moonlab run train.lua; echo end"
see "a dashboard is drawn while the run goes on" '* the run*epoch 1/3*ETA*|loss*└┬─*'
see "it ends with all it was given, below what was printed" '*a message| the run*epoch 3/3*step 60/60*|loss*★*epoch 3*└┬─*60*|*end|*'
check "it was drawn in place" stand 1 " the run "
type_line "clear; $moonlab run train.lua | cat; echo end"
see "to a pipe only the last picture is written" '*a message| the run*step 60/60*|loss*└┬─*60*|*end|*'
check "once" stand 1 " the run "
type_line "clear; TERM=dumb $moonlab run train.lua; echo end"
see "to a dumb terminal as well" '*a message| the run*step 60/60*|loss*└┬─*60*|*end|*'
$tmux resize-window -x 40 -y 12
type_line "clear; $moonlab run train.lua; echo end"
see "a small terminal has a small dashboard" '* the run*epoch 3/3*|loss*└┬─*60*|*end|*'
$tmux resize-window -x 9 -y 3
type_line "clear; $moonlab run train.lua; echo end"
see "and a tiny one some of it" '*end|*'
$tmux resize-window -x 80 -y 24
type_line "clear; $moonlab -e 'x = lab.randn(64, 1) m = nn.Linear(1, 1):compile{optimizer=\"sgd\", loss=\"mse\"} m:fit(x, 2 * x, {epochs=30, plot=true, validation_split=0.25})'; echo end"
see "fit shows it when it is asked to" '* fit*epoch 30/30*|loss*★*└┬─*|*end|*'
check "instead of lines" stand 0 "epoch *1/30 "

report
