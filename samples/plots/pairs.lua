-- Pair plot: every two measurements of two kinds of flowers against each other.
lab.manual_seed(8)
local kinds, rows = {}, {}
for i = 1, 120 do
  local rose = i > 60
  kinds[i] = rose and "rose" or "tulip"
  local size = (rose and 3 or 2) + 0.5 * lab.randn(1):item()
  rows[i] = { size, 0.4 * size + 0.2 * lab.randn(1):item(), (rose and 1 or 2) + 0.3 * lab.randn(1):item() }
end
local f = plot.pairs(rows, { names = { "height", "width", "petal" }, classes = kinds, title = "120 flowers" })
f:show { rows = 28 }
