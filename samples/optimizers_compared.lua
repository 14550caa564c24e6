-- Four optimisers walk down one surface:  f(x, y) = (1 - x)^2 + 10 * (y - x^2)^2,  a curved valley (Rosenbrock's).
--
-- The way into the valley is steep, the way along it to the lowest point (1, 1) is almost flat.  That is what many losses
-- of networks look like, only with more than two weights.
--
--   SGD        steps against the gradient; where that is small the steps are small
--   momentum   keeps 90 % of its last step: gathers speed along the valley, and swings a little
--   RMSprop    divides every weight's step by the usual size of its gradient: as fast in flat directions as in steep ones
--   Adam       does both, and corrects the first averages, which begin at 0
local function surface(x, y) return (1 - x) ^ 2 + 10 * (y - x ^ 2) ^ 2 end

local STEPS, START = 300, { -1.5, 2.5 }

local optimizers = {
  { name = "SGD", make = function(p) return optim.SGD(p, { lr = 0.005 }) end },
  { name = "momentum", make = function(p) return optim.SGD(p, { lr = 0.005, momentum = 0.9 }) end },
  { name = "RMSprop", make = function(p) return optim.RMSprop(p, { lr = 0.02 }) end },
  { name = "Adam", make = function(p) return optim.Adam(p, { lr = 0.1 }) end },
}

-- Walks STEPS steps from START; returns the x, the y and the value of each place.
local function walk(make)
  local x = lab.tensor(START[1], { dtype = "float64", requires_grad = true })
  local y = lab.tensor(START[2], { dtype = "float64", requires_grad = true })
  local opt = make { x, y }
  local xs, ys, losses = {}, {}, {}
  for step = 1, STEPS do
    local loss = surface(x, y)
    xs[step], ys[step], losses[step] = x:item(), y:item(), loss:item()
    opt:zero_grad()
    loss:backward()
    opt:step()
  end
  return xs, ys, losses
end

local map = plot.contour(surface, { -2, 2 }, { -1, 3 }, { title = "four ways down, from (-1.5, 2.5) to (1, 1)",
  xlabel = "x", ylabel = "y" })
local curves = plot.figure { title = "f along the way", xlabel = "step", yscale = "log" }

print("after " .. STEPS .. " steps   x        y        f(x, y)   steps until f < 0.01")
local best = {}
for _, each in ipairs(optimizers) do
  local xs, ys, losses = walk(each.make)
  map:line(xs, ys, { label = each.name })
  curves:line { y = losses, label = each.name }
  local arrived
  for step, loss in ipairs(losses) do arrived = arrived or (loss < 0.01 and step) end
  best[each.name] = losses[STEPS]
  print(string.format("%-15s %8.4f %8.4f   %.2e  %s", each.name, xs[STEPS], ys[STEPS], losses[STEPS], arrived or "never"))
end
map:scatter({ 1 }, { 1 }, { label = "lowest", marker = "*" }):show { rows = 24 }
curves:show { rows = 18 }

assert(best.momentum < best.SGD and best.Adam < best.SGD and best.RMSprop < best.SGD, "all of them beat plain SGD here")
assert(best.Adam < 0.01, "Adam has arrived")
