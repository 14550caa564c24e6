--- What a learning-rate range test found.
-- @module plot.lr_finder

local call = require "plot.call"
local core = require "plot.core"
local plot = require "plot.names"

local Figure = core.Figure

-- The number of `list` at the place of `places` that is nearest to a rate, by factors.
local function at_rate(rates, loss, rate)
  local best, distance = nil, math.huge
  for i = 1, #rates do
    local away = math.abs(math.log(rates[i] / rate))
    if away < distance and loss[i] == loss[i] then best, distance = loss[i], away end
  end
  return best
end

local function draw(target, op, ...)
  local n, args = select("#", ...), { ... }
  local found = args[1]
  if not (call.is_plain(found) and found.lr and found.loss) then
    call.fail("%s: what optim.find_lr gave expected, a table with lr and loss, got %s", op, core.describe(found))
  end
  if n > 2 or (args[2] ~= nil and not call.is_plain(args[2])) then
    call.fail("%s: a result and a table of options expected", op)
  end
  local options, set, s = call.take(op, {}, { "label", "color" }, args[2] or {})
  local loss = call.numbers(op, "loss", found.loss)
  local rates = call.numbers_like(op, "lr", found.lr, "loss", loss)
  local best = call.number(op, "suggestion", found.suggestion)
  core.add(target, "line", rates, loss, { label = options.label, color = call.color(op, options.color) })
  if not s.xscale then core.scale(target, "x", "log") end
  if not s.xlabel then core.label(target, "x", "learning rate") end
  if not s.ylabel then core.label(target, "y", "loss") end
  if best and best > 0 then
    local height = at_rate(rates, loss, best)
    core.note(target, { kind = "rule", axis = "x", at = best, text = ("suggestion %.2g"):format(best) })
    if height then core.note(target, { kind = "note", at = best, to = height, marker = "●" }) end
  end
  return set(target)
end

--- The loss at each learning rate that was tried: plot.lr_finder(found).
--
-- The suggested rate is marked: where the loss falls fastest.
-- @tparam table found what optim.find_lr or model:find_lr gave: lr, loss, and perhaps suggestion
-- @tparam[opt] table options label; color: 1 to 8, or a name; title and the others of plot.figure
-- @treturn plot.Figure
-- @see optim.find_lr
-- @example plot.lr_finder({lr={1e-4, 1e-3, 1e-2, 0.1}, loss={2.3, 1.9, 0.9, 4}, suggestion=1e-2})
-- @example plot.lr_finder({1, 2}) --> error: optim.find_lr
function plot.lr_finder(...) return draw(core.new(), "plot.lr_finder", ...) end

--- Adds what a learning-rate range test found; the arguments are those of plot.lr_finder.
-- @treturn plot.Figure the figure
-- @tparam any ... as of plot.lr_finder
-- @example plot.figure{title="Adam"}:lr_finder({lr={1e-3, 1e-2, 0.1}, loss={2, 1, 3}, suggestion=1e-2})
function Figure:lr_finder(...) return draw(self, "lr_finder", ...) end
