-- Steps: a learning rate that is divided by ten twice, beside the loss it leads to.
local epoch, rate, loss = {}, {}, {}
for i = 1, 30 do
  epoch[i] = i
  rate[i] = 0.1 * 0.1 ^ ((i - 1) // 10)
  loss[i] = 2 * 0.6 ^ ((i - 1) // 10) * (0.4 + 0.6 / ((i - 1) % 10 + 1))
end
local f = plot.line(epoch, loss, { label = "loss", ylabel = "loss", xlabel = "epoch" })
f:step(epoch, rate, { label = "rate", axis = "right", yscale = "log", ylabel = "rate" })
f:show()
