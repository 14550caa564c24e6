--- How the weights and gradients of a network are spread.
-- @module plot.weights

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"
local settings = require "plot.settings"
local values = require "plot.values"

local OPTIONS = { "bins", "grad", "max" }
local MOST, MOST_BINS = 16, 1000

-- The named tensors of a network, or of a table or list of them: a list of {name, tensor}.
local function parameters_of(op, net)
  if net == nil then call.fail("%s: no data: give a network", op) end
  if type(net) == "table" and type(net.named_parameters) == "function" then return net:named_parameters() end
  local list = {}
  if call.is_plain(net) then
    local names = {}
    for name, t in pairs(net) do
      if not lab.is_tensor(t) then call.fail("%s: %s is %s; tensors expected", op, tostring(name), core.describe(t)) end
      names[#names + 1] = name
    end
    table.sort(names, function(a, b)
      if type(a) == type(b) then return a < b end
      return type(a) == "number"
    end)
    for i, name in ipairs(names) do list[i] = { tostring(name), net[name] } end
  elseif lab.is_tensor(net) then
    list[1] = { "weights", net }
  else
    call.fail("%s: a network, a tensor or a table of tensors by name expected, got %s", op, core.describe(net))
  end
  return list
end

-- Is it a table of tensors by name, not of options?
local function holds_tensors(value)
  if not call.is_plain(value) or value.net ~= nil then return false end
  for name, t in pairs(value) do if type(name) == "string" and lab.is_tensor(t) then return true end end
  return false
end

local function shape_of(t)
  return t:dim() == 0 and "" or (" (%s)"):format(table.concat(t.shape, "×"))
end

-- "fc1 (8×4): -0.0012 ± 0.28", and what is not finite.
local function title_of(name, s)
  if s.count == 0 then return name .. ": nothing finite" end
  local title = ("%s: %.2g ± %.2g"):format(name, s.mean, s.deviation)
  return s.skipped > 0 and ("%s, %d not finite"):format(title, s.skipped) or title
end

local function draw_histogram(panel, op, name, t, bins, color)
  local numbers = core.numbers(t, op)
  local s = core.summary(numbers)
  core.title(panel, title_of(name, s))
  if s.count == 0 then return end
  local h = core.histogram(numbers, { bins = bins, most = not bins and 40 or nil })
  local left, right, zero = {}, {}, {}
  for i = 1, #h.counts do left[i], right[i], zero[i] = h.edges[i], h.edges[i + 1], 0 end
  core.add(panel, "rects", core.numbers(left, op), core.numbers(zero, op),
    { x2 = core.numbers(right, op), y2 = h.counts, color = color })
  core.limits(panel, "y", 0, nil)
end

-- The panels in their order: {name, tensor, color}; with gradients they stand right of their weights.
local function panels_of(parameters, most, with_grad)
  local panels = {}
  for i = 1, math.min(#parameters, most) do
    local name, t = parameters[i][1], parameters[i][2]
    panels[#panels + 1] = { name .. shape_of(t), t:detach(), 1 }
    if with_grad then panels[#panels + 1] = { name .. " gradient", t.grad and t.grad:detach() or nil, 2 } end
  end
  return panels
end

local function columns_for(count) return count <= 3 and 1 or count <= 8 and 2 or 3 end

local function any_gradient(parameters)
  for _, p in ipairs(parameters) do if p[2].grad then return true end end
  return false
end

--- How weights and gradients are spread: plot.weights(net).
--
-- A histogram for each parameter, with its name, shape, mean and (behind ±) standard deviation, and right of it
-- one of its gradient if there are gradients.  The first 16 parameters are shown.
-- @param net a network; a table of tensors by name; a tensor
-- @tparam[opt] table options
-- grad=false: without gradients; bins: how many (chosen by the data); max: so many
-- parameters at most (16); title
-- @treturn plot.Figure a panel for each histogram
-- @see nn.Module:named_parameters
-- @example plot.weights(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)))
-- @example plot.weights({a=lab.randn(100), b=lab.rand(100)}, {bins=10})
-- @example plot.weights("net") --> error: a network
function plot.weights(...)
  local op, figure = "plot.weights", core.new()
  if select("#", ...) == 1 and holds_tensors(...) then return plot.weights { net = ... } end
  local args, set, s = call.take(op, { "net" }, OPTIONS, ...)
  local parameters = parameters_of(op, args.net)
  if #parameters == 0 then call.fail("%s: the network has no parameters", op) end
  local most = call.integer(op, "max", args.max, 1, MOST) or MOST
  local bins = call.integer(op, "bins", args.bins, 1, MOST_BINS)
  local grad = settings.boolean(op, "grad", args.grad) ~= false and any_gradient(parameters)
  local panels = panels_of(parameters, most, grad)
  local cols = grad and 2 or columns_for(#panels)
  core.panels(figure, (#panels + cols - 1) // cols, cols, values.grid(#panels, cols))
  for i, p in ipairs(panels) do
    local panel = core.panel(figure, i)
    if p[2] and p[2]:numel() > 0 then
      draw_histogram(panel, op, p[1], p[2], bins, p[3])
    else
      core.title(panel, p[1] .. ": none")
    end
  end
  if #parameters > most and not s.title then core.title(figure, ("%d of %d parameters"):format(most, #parameters)) end
  return set(figure)
end
