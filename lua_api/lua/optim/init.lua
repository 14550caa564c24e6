--- Optimisers: each step is one fused, threaded call over all parameters, with PyTorch's formulas.
-- The global `optim`.
--
--     local opt = optim.SGD(net:parameters(), {lr=0.1, momentum=0.9})
--     for step = 1, 100 do
--       opt:zero_grad()
--       loss_fn(net(x), y):backward()
--       opt:step()
--     end
--
-- Learning rates that change while training: `optim.lr_scheduler`.
-- Options can be read and changed at any time, for all groups (opt.lr = 0.01) or one (opt.param_groups[2].lr = 0.01).
-- @module optim

local core = require "optim.core"
local options = require "nn.options"

local optim = { lr_scheduler = require "optim.lr_scheduler" }

-- In optim/find_lr.lua.
function optim.find_lr(...) return require("optim.find_lr")(...) end

--- What an optimiser is: groups of parameters with options, and what it remembers of each parameter.
--
-- Its options are its fields: `opt.lr = 0.01` changes them of all groups, `opt.param_groups[2].lr` of one.
-- @treturn optim.Optimizer made by optim.SGD, optim.Adam, …
-- @class optim.Optimizer
-- @example local opt = optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=0.1}); opt.lr = 0.05; opt.param_groups[1].lr --> 0.05
local Optimizer = {}

-- One field of all groups, or a method.
local function get(self, key)
  local method = Optimizer[key]
  if method ~= nil then return method end
  local groups = rawget(self, "param_groups")
  return groups and groups[1] and groups[1][key]
end

local function set(self, key, value)
  for _, group in ipairs(self.param_groups) do group[key] = value end
end

local metatable = {
  __index = get, __newindex = set, __name = "optim.Optimizer",
  __tostring = function(self)
    local lines = { ("%s("):format(self.kind) }
    for i, group in ipairs(self.param_groups) do
      local parts = {}
      for name, value in pairs(group:options()) do parts[#parts + 1] = ("%s=%s"):format(name, tostring(value)) end
      table.sort(parts)
      lines[#lines + 1] = ("  group %d: %d parameters, %s"):format(i, #group.params, table.concat(parts, ", "))
    end
    return table.concat(lines, "\n") .. "\n)"
  end,
}

-- Groups of what was given: a list of tensors, or a list of tables {params={…}, lr=…}.
local function group_list(kind, parameters)
  if type(parameters) ~= "table" then
    error(("optim.%s: a list of parameters is needed, as net:parameters() gives, got %s"):format(kind,
      lab.is_tensor(parameters) and "a single tensor (put it in a table)" or type(parameters)))
  end
  if type(parameters.parameters) == "function" then
    error(("optim.%s: a list of parameters is needed, got a model: give model:parameters()"):format(kind))
  end
  if #parameters == 0 then error(("optim.%s: the list of parameters is empty"):format(kind)) end
  if type(parameters[1]) == "table" and not lab.is_tensor(parameters[1]) then return parameters end
  return { { params = parameters } }
end

local function apply(group, given)
  for name, value in pairs(given) do
    if name ~= "params" then group[name] = value end
  end
end

local function construct(kind, parameters, given)
  local self = setmetatable({ param_groups = {}, kind = kind, defaults = given or {} }, metatable)
  if given ~= nil and type(given) ~= "table" then
    error(("optim.%s: options are a table, such as {lr=0.1}, got %s"):format(kind, type(given)))
  end
  for _, group in ipairs(group_list(kind, parameters)) do self:add_param_group(group) end
  return self
end

--- Adds parameters with options of their own.
-- @tparam table group {params={tensors}, lr=…, …}; what is not given is as for the optimiser
-- @treturn nil
-- @raise a tensor that the optimiser has already; an empty group
-- @example local o = optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=1}); o:add_param_group{params={nn.Parameter(lab.zeros(1))}, lr=2}; o.param_groups[2].lr --> 2.0
function Optimizer:add_param_group(group)
  local params = group.params
  if lab.is_tensor(params) then params = { params } end
  if type(params) ~= "table" or #params == 0 then
    error(("optim.%s: a group needs its tensors, as in {params=net:parameters(), lr=0.1}"):format(self.kind))
  end
  local taken = {}
  for _, other in ipairs(self.param_groups) do
    for _, p in ipairs(other.params) do taken[p] = true end
  end
  for i, p in ipairs(params) do
    if taken[p] then error(("optim.%s: parameter %d is given twice"):format(self.kind, i)) end
    taken[p] = true
  end
  local new = core.group(self.kind, params)
  apply(new, self.defaults)
  apply(new, group)
  new:check()
  self.param_groups[#self.param_groups + 1] = new
end

--- Changes every parameter that has a gradient.
-- @tparam[opt] function closure computes the loss again, with its gradients, and returns it
-- @treturn any what closure returned
-- @example local w = nn.Parameter(lab.tensor{1}); (w * 2):sum():backward(); optim.SGD({w}, {lr=0.25}):step(); w:item() --> 0.5
function Optimizer:step(closure)
  local loss = closure and closure()
  local groups = self.param_groups
  for i = 1, #groups do groups[i]:step() end
  return loss
end

--- Drops the gradients of all parameters.
-- @tparam[opt] table options set_to_none=true; false fills them with 0
-- @treturn nil
-- @example local w = nn.Parameter(lab.ones(1)); local o = optim.SGD({w}, {lr=1}); w:sum():backward(); o:zero_grad(); w.grad --> nil
function Optimizer:zero_grad(given)
  local drop = true
  if given ~= nil then
    drop = options.read("zero_grad", { { "set_to_none", true, kind = "boolean" } }, given).set_to_none
  end
  local groups = self.param_groups
  for i = 1, #groups do groups[i]:zero_grad(drop) end
end

--- What the optimiser remembers: state[i] of parameter i (counted through all groups), and each group's options.
-- The tensors are the live ones: clone what must not change.
-- @treturn table {state=, param_groups=}
-- @example optim.Adam({nn.Parameter(lab.zeros(1))}):state_dict().param_groups[1].beta2 --> 0.999
function Optimizer:state_dict()
  local state, groups, n = {}, {}, 0
  for i, group in ipairs(self.param_groups) do
    groups[i] = group:options()
    groups[i].params = {}
    for j = 1, #group.params do
      n = n + 1
      groups[i].params[j] = n
      state[n] = group:state(j)
    end
  end
  return { state = state, param_groups = groups }
end

--- Takes over a state_dict of an optimiser of the same kind and groups; tensors are copied.
-- @tparam table dict of state_dict
-- @treturn nil
-- @raise other groups or numbers of parameters than here
-- @example local w = nn.Parameter(lab.zeros(1)); local a, b = optim.Adam({w}, {lr=0.5}), optim.Adam({w}); b:load_state_dict(a:state_dict()); b.lr --> 0.5
function Optimizer:load_state_dict(dict)
  local given = type(dict) == "table" and dict.param_groups
  if type(given) ~= "table" or type(dict.state) ~= "table" then
    error(("optim.%s: load_state_dict: a table with state and param_groups is needed"):format(self.kind), 2)
  end
  if #given ~= #self.param_groups then
    error(("optim.%s: load_state_dict: %d groups in the state, %d here"):format(self.kind, #given, #self.param_groups), 2)
  end
  for i, group in ipairs(self.param_groups) do
    if #given[i].params ~= #group.params then
      error(("optim.%s: load_state_dict: group %d has %d parameters in the state, %d here"):format(self.kind, i,
        #given[i].params, #group.params), 2)
    end
  end
  for i, group in ipairs(self.param_groups) do
    apply(group, given[i])
    for j, n in ipairs(given[i].params) do group:set_state(j, dict.state[n]) end
  end
end

--- Stochastic gradient descent.
--
-- With the gradient g = w.grad + weight_decay * w:
--
--     v = momentum * v + (1 - dampening) * g      (v = g in the first step)
--     w = w - lr * v                              (nesterov: w - lr * (g + momentum * v))
-- @tparam table parameters a list of tensors, as of net:parameters(), or of groups {params={…}, lr=…}
-- @tparam[opt] table options lr=0.001, momentum=0, dampening=0, weight_decay=0, nesterov=false, maximize=false
-- @treturn optim.Optimizer with the fields of its options (opt.lr), param_groups, and the methods step, zero_grad, state_dict, load_state_dict, add_param_group
-- @raise an empty list; a tensor that is given twice; an option out of its range
-- @see nn.Module:parameters
-- @function SGD
-- @example optim.SGD({nn.Parameter(lab.zeros(1))}, {lr=0.1}).lr --> 0.1
function optim.SGD(parameters, given) return construct("SGD", parameters, given) end

--- Adam (Kingma and Ba, 2015).
--
-- With the gradient g = w.grad + weight_decay * w, in step t:
--
--     m = beta1 * m + (1 - beta1) * g
--     v = beta2 * v + (1 - beta2) * g^2
--     w = w - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
--
-- amsgrad puts the largest v so far in the place of v (Reddi et al., 2018).
-- @tparam table parameters a list of tensors, as of net:parameters(), or of groups {params={…}, lr=…}
-- @tparam[opt] table options lr=0.001, betas={0.9, 0.999}, eps=1e-8, weight_decay=0, amsgrad=false, maximize=false
-- @treturn optim.Optimizer with the fields of its options (opt.lr), param_groups, and the methods step, zero_grad, state_dict, load_state_dict, add_param_group
-- @raise an empty list; a tensor that is given twice; an option out of its range
-- @see nn.Module:parameters
-- @function Adam
-- @example optim.Adam({nn.Parameter(lab.zeros(1))}, {betas={0.8, 0.9}}).beta1 --> 0.8
function optim.Adam(parameters, given) return construct("Adam", parameters, given) end

--- Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
--
-- Before Adam's step w = w - lr * weight_decay * w; the gradient stays as it is.
-- @tparam table parameters a list of tensors, as of net:parameters(), or of groups {params={…}, lr=…}
-- @tparam[opt] table options as Adam's, but weight_decay=0.01
-- @treturn optim.Optimizer with the fields of its options (opt.lr), param_groups, and the methods step, zero_grad, state_dict, load_state_dict, add_param_group
-- @raise an empty list; a tensor that is given twice; an option out of its range
-- @see nn.Module:parameters
-- @function AdamW
-- @example optim.AdamW({nn.Parameter(lab.zeros(1))}).weight_decay --> 0.01
function optim.AdamW(parameters, given) return construct("AdamW", parameters, given) end

--- RMSprop (Hinton, 2012; centered: Graves, 2013).
--
-- With the gradient g = w.grad + weight_decay * w:
--
--     v = alpha * v + (1 - alpha) * g^2
--     w = w - lr * g / (sqrt(v) + eps)
--
-- centered takes v less the square of a running mean of g; momentum adds up the steps as in SGD.
-- @tparam table parameters a list of tensors, as of net:parameters(), or of groups {params={…}, lr=…}
-- @tparam[opt] table options lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=false, maximize=false
-- @treturn optim.Optimizer with the fields of its options (opt.lr), param_groups, and the methods step, zero_grad, state_dict, load_state_dict, add_param_group
-- @raise an empty list; a tensor that is given twice; an option out of its range
-- @see nn.Module:parameters
-- @function RMSprop
-- @example optim.RMSprop({nn.Parameter(lab.zeros(1))}).alpha --> 0.99
function optim.RMSprop(parameters, given) return construct("RMSprop", parameters, given) end

--- Adagrad (Duchi et al., 2011).
--
-- With the gradient g = w.grad + weight_decay * w, in step t:
--
--     v = v + g^2
--     w = w - lr / (1 + (t - 1) * lr_decay) * g / (sqrt(v) + eps)
-- @tparam table parameters a list of tensors, as of net:parameters(), or of groups {params={…}, lr=…}
-- @tparam[opt] table options lr=0.01, lr_decay=0, weight_decay=0, initial_accumulator_value=0, eps=1e-10, maximize=false
-- @treturn optim.Optimizer with the fields of its options (opt.lr), param_groups, and the methods step, zero_grad, state_dict, load_state_dict, add_param_group
-- @raise an empty list; a tensor that is given twice; an option out of its range
-- @see nn.Module:parameters
-- @function Adagrad
-- @example optim.Adagrad({nn.Parameter(lab.zeros(1))}).eps --> 1e-10
function optim.Adagrad(parameters, given) return construct("Adagrad", parameters, given) end

--- Adadelta (Zeiler, 2012).
-- @tparam table parameters a list of tensors, or of groups
-- @tparam[opt] table options lr=1, rho=0.9, eps=1e-6, weight_decay=0, maximize=false
-- @treturn optim.Optimizer with the fields of its options (opt.lr), param_groups, and the methods step, zero_grad, state_dict, load_state_dict, add_param_group
-- @raise an empty list; a tensor that is given twice; an option out of its range
-- @function Adadelta
-- @example optim.Adadelta({nn.Parameter(lab.zeros(1))}).rho --> 0.9
function optim.Adadelta(parameters, given) return construct("Adadelta", parameters, given) end

--- Adam with the largest gradient in place of the mean square (Kingma and Ba, 2015).
-- @tparam table parameters a list of tensors, or of groups
-- @tparam[opt] table options lr=0.002, betas={0.9, 0.999}, eps=1e-8, weight_decay=0, maximize=false
-- @treturn optim.Optimizer with the fields of its options (opt.lr), param_groups, and the methods step, zero_grad, state_dict, load_state_dict, add_param_group
-- @raise an empty list; a tensor that is given twice; an option out of its range
-- @function Adamax
-- @example optim.Adamax({nn.Parameter(lab.zeros(1))}).lr --> 0.002
function optim.Adamax(parameters, given) return construct("Adamax", parameters, given) end

--- Adam with Nesterov's momentum (Dozat, 2016).
-- @tparam table parameters a list of tensors, or of groups
-- @tparam[opt] table options lr=0.002, betas={0.9, 0.999}, eps=1e-8, weight_decay=0, momentum_decay=0.004,
--   decoupled_weight_decay=false (true: as AdamW's), maximize=false
-- @treturn optim.Optimizer with the fields of its options (opt.lr), param_groups, and the methods step, zero_grad, state_dict, load_state_dict, add_param_group
-- @raise an empty list; a tensor that is given twice; an option out of its range
-- @function NAdam
-- @example optim.NAdam({nn.Parameter(lab.zeros(1))}).momentum_decay --> 0.004
function optim.NAdam(parameters, given) return construct("NAdam", parameters, given) end

--- Adam that needs no warm-up: it rectifies the variance of the first steps (Liu et al., 2020).
-- @tparam table parameters a list of tensors, or of groups
-- @tparam[opt] table options lr=0.001, betas={0.9, 0.999}, eps=1e-8, weight_decay=0, decoupled_weight_decay=false (true: as
--   AdamW's), maximize=false
-- @treturn optim.Optimizer with the fields of its options (opt.lr), param_groups, and the methods step, zero_grad, state_dict, load_state_dict, add_param_group
-- @raise an empty list; a tensor that is given twice; an option out of its range
-- @function RAdam
-- @example optim.RAdam({nn.Parameter(lab.zeros(1))}).lr --> 0.001
function optim.RAdam(parameters, given) return construct("RAdam", parameters, given) end

return optim
