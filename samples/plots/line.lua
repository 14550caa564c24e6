-- Lines: a loss of every step with its moving average, the validation loss of every epoch and the learning rate on a
-- second axis.
lab.manual_seed(2)
local steps, epochs = 400, 8
local step = lab.arange(1, steps + 1):to "float32"
local loss = (2 * (step / -70):exp() + 0.12) * (0.25 * lab.randn(steps)):exp()
local rate = 1e-3 * (0.5 + 0.5 * (step * (math.pi / steps)):cos()) + 1e-5
local epoch, val = {}, {}
for i = 1, epochs do
  epoch[i], val[i] = i * steps / epochs, 1.6 * math.exp(-i / 1.6) + 0.2 + 0.01 * i
end
local f = plot.line(step, loss, { label = "train", smooth = 0.9, yscale = "log", xlabel = "step", ylabel = "loss" })
f:line(epoch, val, { label = "validation", marker = "o" })
f:line(step, rate, { label = "rate", axis = "right", yscale = "log", dashed = true })
f:show()
