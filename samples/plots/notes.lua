-- Rules, spans and notes: what happened during a training run.
local train, test = {}, {}
for i = 1, 40 do
  train[i] = 0.1 + 2 / (1 + i / 3)
  test[i] = train[i] + 0.1 + (math.max(i - 20, 0) / 20) ^ 2
end
local f = plot.line({ train, test }, { label = { "train", "test" }, xlabel = "epoch", title = "Loss" })
f:span { x = { 1, 5 }, label = "warm-up" }:rule { x = 20, label = "rate ×0.1" }
f:rule { y = 0.5, label = "goal" }:note(21, test[21], "best", { marker = "★" })
f:show()
