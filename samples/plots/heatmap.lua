-- Heatmap: how the columns of a table correlate, from -1 to 1 around 0, with the numbers on it.
lab.manual_seed(8)
local names, n = { "size", "rooms", "age", "price", "noise" }, 200
local size, age = lab.randn(n), lab.randn(n)
local rooms = 0.8 * size + 0.6 * lab.randn(n)
local price = 0.7 * size - 0.5 * age + 0.4 * lab.randn(n)
local x = lab.stack({ size, rooms, age, price, lab.randn(n) }, 2)
x = (x - x:mean(1)) / x:std(1)
local f = plot.heatmap(x:t():matmul(x) / (n - 1), { map = "rdbu", range = { -1, 1 }, numbers = true, format = "%.2f",
  xnames = names, ynames = names })
f:set { title = "Correlations" }
f:show()
