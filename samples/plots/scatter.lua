-- Points: petals of three kinds of flowers, by the names of a frame's columns.
lab.manual_seed(4)
local flowers = data.Frame { length = lab.randn(120), width = lab.randn(120), kind = "setosa" }
local kinds, place = { "setosa", "versicolor", "virginica" }, lab.arange(0, 120):div(40):floor()
local names = {}
for i = 1, 120 do names[i] = kinds[(i - 1) // 40 + 1] end
flowers.kind = names
flowers.width = 0.5 + 0.85 * place + 0.12 * (flowers.length + flowers.width)
flowers.length = 1.5 + 2.1 * place + 0.4 * flowers.length
local f = plot.scatter(flowers, { x = "length", y = "width", classes = "kind", title = "Petals" })
f:show()
