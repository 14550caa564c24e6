--- Losses as layers: loss(x, target), each with the options of its operator.
-- @module nn.loss

local Module = require "nn.module"
local options = require "nn.options"

local losses = {}

local function reduction()
  return { "reduction", "mean", kind = "string" }
end

local function weight(name)
  return { name or "weight", nil, kind = "tensor" }
end

-- A loss `name` over an operator of lab, which gets x, target and the parameters as named options.  Tensors among them are
-- buffers, so that they move with the module.
local function define(name, operator, parameters, known)
  local class = Module:extend(name)
  function class:init(...)
    local o = options.read("nn." .. name, parameters, ...)
    local fits = { mean = true, sum = true, none = true }
    if known then fits[known] = true end
    if not fits[o.reduction] then
      error(("nn.%s: reduction \"%s\": one of \"mean\", \"sum\", \"none\"%s is needed"):format(name, o.reduction,
        known and ", \"" .. known .. "\"" or ""))
    end
    for _, parameter in ipairs(parameters) do
      local option = parameter[1]
      if lab.is_tensor(o[option]) then
        self:register_buffer(option, o[option])
      else
        self[option] = o[option]
      end
    end
  end
  local names, o = {}, {} -- o is read at once, so all calls can share it
  for i, parameter in ipairs(parameters) do names[i] = parameter[1] end
  function class:forward(x, target)
    for i = 1, #names do o[names[i]] = self[names[i]] end
    return operator(x, target, o)
  end
  losses[name] = class
end

--- The mean of (x - target) squared.
-- @tparam[opt] table options reduction="mean", "sum" or "none"
-- @treturn nn.Module loss(x, target): both of one shape (*), to a single number; (*) with reduction="none"
-- @raise when called: different shapes
-- @function MSELoss
-- @example nn.MSELoss()(lab.tensor{1, 2}, lab.tensor{3, 5}):item() --> 6.5
define("MSELoss", lab.mse_loss, { reduction() })

--- The mean absolute difference.
-- @tparam[opt] table options reduction="mean", "sum" or "none"
-- @treturn nn.Module loss(x, target): both of one shape (*), to a single number; (*) with reduction="none"
-- @raise when called: different shapes
-- @function L1Loss
-- @example nn.L1Loss()(lab.tensor{1, 2}, lab.tensor{3, 5}):item() --> 2.5
define("L1Loss", lab.l1_loss, { reduction() })

--- Squared below beta, absolute above.
-- @tparam[opt] table options reduction="mean" ("sum", "none"), beta=1
-- @treturn nn.Module loss(x, target): both of one shape (*), to a single number; (*) with reduction="none"
-- @raise when called: different shapes
-- @function SmoothL1Loss
-- @example nn.SmoothL1Loss()(lab.tensor{1, 2}, lab.tensor{1, 5}):item() --> 1.25
define("SmoothL1Loss", lab.smooth_l1_loss, { reduction(), { "beta", 1.0, kind = "number" } })

--- Half the square below delta, delta times the absolute difference above.
-- @tparam[opt] table options reduction="mean" ("sum", "none"), delta=1
-- @treturn nn.Module loss(x, target): both of one shape (*), to a single number; (*) with reduction="none"
-- @raise when called: different shapes
-- @function HuberLoss
-- @example nn.HuberLoss()(lab.tensor{1, 2}, lab.tensor{1, 5}):item() --> 1.25
define("HuberLoss", lab.huber_loss, { reduction(), { "delta", 1.0, kind = "number" } })

--- -log(softmax(x)) of the target class; x are scores (N, C, …), targets classes from 1 or probabilities.
-- @tparam[opt] table options weight (a tensor, one number per class), ignore_index, reduction="mean" ("sum", "none"), label_smoothing=0
-- @treturn nn.Module loss(x, target): (N, C) and int64 (N), to a single number; (N) with reduction="none"
-- @raise when called: a class outside 1 … C
-- @function CrossEntropyLoss
-- @example nn.CrossEntropyLoss{reduction="sum"}(lab.tensor{{0, 0}}, lab.tensor({1}, {dtype="int64"})):item() > 0.69 --> true
define("CrossEntropyLoss", lab.cross_entropy, { weight(), { "ignore_index", nil, kind = "integer" }, reduction(),
  { "label_smoothing", 0.0, kind = "probability" } })

--- -x of the target class, for log-probabilities x (N, C, …).
-- @tparam[opt] table options weight (a tensor, one number per class), ignore_index, reduction="mean", "sum" or "none"
-- @treturn nn.Module loss(x, target): (N, C) and int64 (N), to a single number; (N) with reduction="none"
-- @raise when called: a class outside 1 … C
-- @function NLLLoss
-- @example nn.NLLLoss()(lab.tensor{{-1, -2}}, lab.tensor({2}, {dtype="int64"})):item() --> 2.0
define("NLLLoss", lab.nll_loss, { weight(), { "ignore_index", nil, kind = "integer" }, reduction() })

--- Binary cross entropy for probabilities x.
-- @tparam[opt] table options weight (a tensor), reduction="mean", "sum" or "none"
-- @treturn nn.Module loss(x, target): both of one shape (*), to a single number; (*) with reduction="none"
-- @raise when called: different shapes
-- @function BCELoss
-- @example nn.BCELoss()(lab.tensor{1, 0}, lab.tensor{1, 0}):item() --> 0.0
define("BCELoss", lab.binary_cross_entropy, { weight(), reduction() })

--- Binary cross entropy for scores x of any size.
-- @tparam[opt] table options weight (a tensor), reduction="mean" ("sum", "none"), pos_weight (a tensor)
-- @treturn nn.Module loss(x, target): both of one shape (*), to a single number; (*) with reduction="none"
-- @raise when called: different shapes
-- @function BCEWithLogitsLoss
-- @example nn.BCEWithLogitsLoss()(lab.tensor{100, -100}, lab.tensor{1, 0}):item() < 1e-6 --> true
define("BCEWithLogitsLoss", lab.binary_cross_entropy_with_logits, { weight(), reduction(), weight("pos_weight") })

--- target * (log(target) - x) for log-probabilities x; reduction "batchmean" gives the divergence per row.
-- @tparam[opt] table options reduction="mean" ("sum", "none", "batchmean"), log_target=false
-- @treturn nn.Module loss(x, target): both of one shape (*), to a single number; (*) with reduction="none"
-- @raise when called: different shapes
-- @function KLDivLoss
-- @example nn.KLDivLoss{reduction="sum"}(lab.zeros(2), lab.ones(2)):item() --> 0.0
define("KLDivLoss", lab.kl_div, { reduction(), { "log_target", false, kind = "boolean" } }, "batchmean")

return losses
