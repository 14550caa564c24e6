-- Where a network of 16 neurons draws the line between two half moons.
lab.manual_seed(3)
local n = 100
local turn, upper = lab.rand(2 * n) * math.pi, lab.arange(1, 2 * n + 1):le(n):to "float32"
local x = lab.where(upper:gt(0), turn:cos(), 1 - turn:cos())
local y = lab.where(upper:gt(0), turn:sin(), 0.5 - turn:sin())
local X, class = lab.stack({ x, y }, 2) + 0.15 * lab.randn(2 * n, 2), 2 - upper

local net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
local opt = optim.Adam(net:parameters(), { lr = 0.05 })
for _ = 1, 150 do
  opt:zero_grad()
  nn.functional.cross_entropy(net(X), class:to "int64"):backward()
  opt:step()
end

local f = plot.boundary(net, X, class, { names = { "upper", "lower" }, title = "two moons" })
f:show()
