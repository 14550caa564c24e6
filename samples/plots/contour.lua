-- Contour lines: Rosenbrock's valley, and how 200 steps of Adam go down it.
local function rosenbrock(x, y) return (1 - x) ^ 2 + 100 * (y - x ^ 2) ^ 2 end

local point = lab.tensor({ -1.5, 2.5 }, { requires_grad = true })
local opt, path = optim.Adam({ point }, { lr = 0.1 }), { { -1.5, 2.5 } }
for step = 1, 200 do
  opt:zero_grad()
  rosenbrock(point:select(1, 1), point:select(1, 2)):backward()
  opt:step()
  if step % 5 == 0 then path[#path + 1] = point:tolist() end
end
local way = lab.tensor(path)
local f = plot.contour(rosenbrock, { -2, 2 }, { -1, 3 }, { levels = { 1, 10, 100, 1000 }, title = "Rosenbrock" })
f:line(way:select(2, 1), way:select(2, 2), { label = "Adam" }):note(1, 1, "minimum", { marker = "★", align = "left" })
f:show()
