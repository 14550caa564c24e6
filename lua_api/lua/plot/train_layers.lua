--- A look into a model while it learns: the sizes of its gradients, and how far a step moves the weights of each layer.
--
-- A look takes two steps: before the second one's weights are compared with those of the first.  Looks are so rare that they
-- take a five-hundredth of the time.
-- @local
-- @module plot.train_layers

local core = require "plot.core"

local track = core.track

local SHARE, MOST = 500, 65536 -- numbers of a tensor that are looked at

local layers = {}

-- Some of a tensor's numbers; KEPT: as they are now.
local function part(tensor, kept)
  local flat = tensor:detach():reshape(-1)
  if flat:numel() > MOST then flat = flat:narrow(1, 1, MOST) end
  return core.numbers(kept and flat:clone() or flat, "layers")
end

local function name_of(path, model)
  local layer = path:gsub("%.?weight$", "")
  if not layer:find("^%d+$") then return layer ~= "" and layer or "weight" end
  local module = model[tonumber(layer)]
  local kind = type(module) == "table" and tostring(module):match("^%a+") or ""
  return kind ~= "" and ("%s %s"):format(layer, kind) or layer
end

-- Gradients of all, weights of those that are matrices.
local function look(run, model)
  local sum, weights, sample = 0, {}, {}
  for _, entry in ipairs(model:named_parameters()) do
    local path, tensor = entry[1], entry[2]
    local grad = tensor.grad
    if grad then
      sample[#sample + 1] = part(grad)
      sum = sum + lab.no_grad(function() return grad:norm():item() end) ^ 2
    end
    if tensor.ndim >= 2 then weights[#weights + 1] = { path, tensor, part(tensor, true) } end
  end
  for _, numbers in ipairs(sample) do track.sample(run.recorder, numbers) end
  return weights, #sample > 0 and sum ^ 0.5 or nil
end

local function compare(run, model, before)
  local list = {}
  for _, entry in ipairs(before) do
    local path, tensor, old = entry[1], entry[2], entry[3]
    local size = track.norm(old)
    local now = part(tensor)
    if size > 0 and #now == #old then list[#list + 1] = { name_of(path, model), track.distance(old, now) / size } end
  end
  run.ratios = list
end

-- Called after each step of the optimiser; the norm of all gradients when it looked at them.
function layers.step(run, model)
  local state = run.looking
  if not state then
    state = { due = -math.huge }
    run.looking = state
  end
  local began = run.clock()
  if state.before then
    compare(run, model, state.before)
    state.before = nil
  elseif began >= state.due then
    local norm
    state.before, norm = look(run, model)
    if norm then track.extra(run.recorder, "grad_norm", norm) end
  else
    return
  end
  local ended = run.clock()
  state.spent = (state.spent or 0) + ended - began
  if not state.before then
    state.due = ended + SHARE * state.spent
    state.spent = 0
  end
  track.pause(run.recorder, ended - began)
end

return layers
