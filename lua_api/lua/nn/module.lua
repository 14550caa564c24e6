--- The base of all layers and networks.
--
-- A module is a table; tensors that require a gradient and modules assigned to its fields are found again, in the
-- order of their first assignment (its own parameters before those of its children), as in PyTorch.  There is nothing to call first:
--
--     local Net = nn.Module:extend("Net")
--     function Net:init(hidden)
--       self.first, self.last = nn.Linear(1, hidden), nn.Linear(hidden, 1)
--     end
--     function Net:forward(x)
--       return self.last(lab.relu(self.first(x)))
--     end
--     local net = Net(10)
--     print(net(lab.randn(100, 1)).shape[1])
-- @treturn nn.Module from a class: Net(…) makes a module and calls its init(…)
-- @raise when called: a class without forward
-- @class nn.Module
-- @example nn.Module:extend("Net").name --> Net

local shape_text = require("nn.readable").shape

local Module = { name = "Module" }
Module.__index = Module

local is_tensor = lab.is_tensor
local frozen = setmetatable({}, { __mode = "k" }) -- parameters made without a gradient

-- Is value a module?
local function is_module(value)
  return type(value) == "table" and rawget(value, "_order") ~= nil
end

local function is_parameter(self, name, value)
  return is_tensor(value) and not self._buffers[name] and
         (self._parameters[name] or value.requires_grad and value.is_leaf or frozen[value] or false)
end

-- Called for a field that has no value yet: remembers the order of names.
local function assign(self, name, value)
  rawset(self, name, value)
  local order = rawget(self, "_order")
  if not order or type(name) == "string" and name:byte() == 95 then return end -- 95: underscore
  if not self._known[name] then
    self._known[name] = true
    order[#order + 1] = name
  end
  if is_tensor(value) and (value.requires_grad or frozen[value]) then self._parameters[name] = true end
end

local function call(self, ...)
  return self:forward(...)
end

local function construct(class, ...)
  local self = setmetatable({ training = true, _order = {}, _known = {}, _buffers = {}, _parameters = {} }, class)
  self:init(...)
  return self
end

local function show_class(class)
  return "class nn." .. class.name
end

--- A new class of modules that inherits from this one.
-- @tparam string name what messages and tostring call it
-- @treturn table the class: define init(self, ...) and forward(self, ...) in it; super is its parent
-- @example local Twice = nn.Module:extend("Twice"); function Twice:forward(x) return x * 2 end; Twice()(lab.tensor{1, 2}) --> [2, 4]
function Module:extend(name)
  if type(name) ~= "string" then error("nn.Module:extend: a name is needed: nn.Module:extend(\"Net\")", 2) end
  local class = { name = name, super = self, __newindex = assign, __call = call,
                  __tostring = self.__tostring, __len = self.__len }
  local inherited = self.__index
  class.__index = type(inherited) == "table" and class or function(object, key)
    local value = class[key]
    if value ~= nil then return value end
    return inherited(object, key)
  end
  return setmetatable(class, { __index = self, __call = construct, __tostring = show_class })
end

--- What a class does with the arguments of its constructor: it makes its parameters and children here.
-- @tparam any ... what the class was called with
-- @treturn nil
-- @example local Scale = nn.Module:extend("Scale"); function Scale:init(k) self.k = nn.Parameter(lab.full({1}, k)) end; #Scale(3):parameters() --> 1
function Module:init() end

--- What the module computes; every class defines it.  Calling the module calls it: net(x).
-- @tparam any ... what the module was called with
-- @treturn any what the class says
-- @raise a class that does not define it
-- @example nn.Module:extend("Net")()(1) --> error: there is no forward
function Module:forward()
  error(("%s: there is no forward: define function %s:forward(x)"):format(self.name, self.name), 2)
end

-- ---- walking --------------------------------------------------------------------------------------------

-- Calls visit(path, module) for the module and all below it, each once.
local function walk(self, visit, path, seen)
  if seen[self] then return end
  seen[self] = true
  visit(path, self)
  for _, name in ipairs(self._order) do
    local value = rawget(self, name)
    if is_module(value) then walk(value, visit, path == "" and tostring(name) or path .. "." .. name, seen) end
  end
end

-- Calls visit(path, tensor, module, name) for every tensor of a kind, shared ones once.
local function each_tensor(self, accept, visit)
  local seen = {}
  walk(self, function(path, module)
    for _, name in ipairs(module._order) do
      local value = rawget(module, name)
      if value ~= nil and accept(module, name, value) and not seen[value] then
        seen[value] = true
        visit(path == "" and tostring(name) or path .. "." .. name, value, module, name)
      end
    end
  end, "", {})
end

local function is_buffer(self, name, value)
  return self._buffers[name] ~= nil and is_tensor(value)
end

local function is_state(self, name, value)
  return is_parameter(self, name, value) or is_buffer(self, name, value) and self._buffers[name] == "saved"
end

--- All modules: itself and those below, each once.
-- @treturn table list of {path, module}
-- @example #nn.Sequential(nn.ReLU(), nn.Tanh()):named_modules() --> 3
function Module:named_modules()
  local list = {}
  walk(self, function(path, module) list[#list + 1] = { path, module } end, "", {})
  return list
end

--- The modules directly below, in order.
-- @treturn table list of modules
-- @example #nn.Sequential(nn.ReLU(), nn.Tanh()):children() --> 2
function Module:children()
  local list = {}
  for _, name in ipairs(self._order) do
    local value = rawget(self, name)
    if is_module(value) then list[#list + 1] = value end
  end
  return list
end

--- The modules directly below with their names, in order.
-- @treturn table list of {name, module}
-- @example nn.Sequential(nn.ReLU()):named_children()[1][1] --> 1
function Module:named_children()
  local list = {}
  for _, name in ipairs(self._order) do
    local value = rawget(self, name)
    if is_module(value) then list[#list + 1] = { name, value } end
  end
  return list
end

--- The tensors that are trained, in the order of assignment, shared ones once.
-- @treturn table list of tensors
-- @example #nn.Linear(2, 3):parameters() --> 2
function Module:parameters()
  local list = {}
  each_tensor(self, is_parameter, function(_, tensor) list[#list + 1] = tensor end)
  return list
end

--- The tensors that are trained, with their paths.
-- @treturn table list of {path, tensor}
-- @example nn.Sequential(nn.Linear(2, 3)):named_parameters()[1][1] --> 1.weight
function Module:named_parameters()
  local list = {}
  each_tensor(self, is_parameter, function(path, tensor) list[#list + 1] = { path, tensor } end)
  return list
end

--- Tensors that belong to the module's state but are not trained.
-- @treturn table list of tensors
-- @example local m = nn.Identity(); m:register_buffer("mean", lab.zeros(3)); m:buffers()[1].shape[1] --> 3
function Module:buffers()
  local list = {}
  each_tensor(self, is_buffer, function(_, tensor) list[#list + 1] = tensor end)
  return list
end

--- The buffers with their paths.
-- @treturn table list of {path, tensor}
-- @example local m = nn.Identity(); m:register_buffer("mean", lab.zeros(3)); m:named_buffers()[1][1] --> mean
function Module:named_buffers()
  local list = {}
  each_tensor(self, is_buffer, function(path, tensor) list[#list + 1] = { path, tensor } end)
  return list
end

-- ---- registering ----------------------------------------------------------------------------------------

--- Makes tensor a buffer: it moves and is saved with the module, but is not trained.
-- @tparam string name the field
-- @tparam tensor|nil tensor
-- @tparam[opt] table options persistent=true: is it part of state_dict?
-- @treturn nil
-- @raise anything but a tensor
-- @example local m = nn.Identity(); m:register_buffer("mean", lab.zeros(3)); #m:buffers() --> 1
function Module:register_buffer(name, tensor, options)
  local o = require("nn.options").read("register_buffer", { { "persistent", true, kind = "boolean" } }, options)
  if tensor ~= nil and not is_tensor(tensor) then
    error(("register_buffer: '%s' must be a tensor, got %s"):format(name, type(tensor)), 2)
  end
  self._parameters[name] = nil
  self._buffers[name] = o.persistent and "saved" or "temporary"
  self[name] = tensor
end

--- Makes tensor a parameter under a name given at run time.
-- @tparam string name the field
-- @tparam tensor|nil tensor
-- @treturn nil
-- @raise anything but a tensor
-- @example local m = nn.Identity(); m:register_parameter("w", nn.Parameter(lab.zeros(3))); #m:parameters() --> 1
function Module:register_parameter(name, tensor)
  if tensor ~= nil and not is_tensor(tensor) then
    error(("register_parameter: '%s' must be a tensor, got %s"):format(name, type(tensor)), 2)
  end
  self._buffers[name] = nil
  self._parameters[name] = true
  self[name] = tensor
end

--- Puts a module below this one under a name given at run time.
-- @tparam string|int name the field
-- @tparam nn.Module module
-- @treturn nil
-- @raise anything but a module
-- @example local net = nn.Identity(); net:add_module("first", nn.Tanh()); net.first.name --> Tanh
function Module:add_module(name, module)
  if not is_module(module) then
    error(("%s: '%s' must be a module, got %s%s"):format(self.name, tostring(name), type(module),
      type(module) == "table" and rawget(module, "__call") and "; it is a class: call it, as in nn.ReLU()" or ""))
  end
  self[name] = module
end

-- ---- changing all ---------------------------------------------------------------------------------------

--- Calls fn(module) for every module below, then for itself.
-- @tparam function fn gets a module
-- @treturn nn.Module itself
-- @example local n = 0; nn.Sequential(nn.ReLU()):apply(function() n = n + 1 end); n --> 2
function Module:apply(fn)
  for _, child in ipairs(self:children()) do child:apply(fn) end
  fn(self)
  return self
end

--- Training mode, in which dropout drops; on unless told otherwise.
-- @tparam[opt=true] boolean on
-- @treturn nn.Module itself
-- @example nn.Dropout():train(false).training --> false
function Module:train(on)
  if on == nil then on = true end
  for _, entry in ipairs(self:named_modules()) do entry[2].training = on end
  return self
end

--- Evaluation mode: train(false).
-- @treturn nn.Module itself
-- @example nn.Dropout():eval().training --> false
function Module:eval()
  return self:train(false)
end

--- Whether all parameters want a gradient; freezes with false.
-- @tparam[opt=true] boolean on
-- @treturn nn.Module itself
-- @example nn.Linear(2, 3):requires_grad_(false).weight.requires_grad --> false
function Module:requires_grad_(on)
  if on == nil then on = true end
  for _, p in ipairs(self:parameters()) do p:requires_grad_(on) end
  return self
end

--- Drops the gradients of all parameters.
-- @treturn nn.Module itself
-- @example local l = nn.Linear(1, 1); l(lab.ones(1, 1)):sum():backward(); l:zero_grad().weight.grad --> nil
function Module:zero_grad()
  for _, p in ipairs(self:parameters()) do p.grad = nil end
  return self
end

--- Converts parameters and buffers: to a float dtype, to a device, or both.  New tensors take their place, so make the
-- optimiser afterwards.  Integer buffers keep their dtype.
-- @tparam string|table ... "float64", "cuda", {dtype=, device=} as for a tensor
-- @treturn nn.Module itself
-- @example nn.Linear(2, 3):to("float64").weight.dtype --> float64
function Module:to(...)
  local moved = {}
  for _, entry in ipairs(self:named_modules()) do
    local module = entry[2]
    for _, name in ipairs(module._order) do
      local value = rawget(module, name)
      if value ~= nil and is_tensor(value) and (is_parameter(module, name, value) or is_buffer(module, name, value)) then
        local new = moved[value]
        if not new then
          new = value:detach():to(...)
          if not new:is_floating_point() or not value:is_floating_point() then
            new = value:detach():to(new.device)
          end
          if new.dtype == value.dtype and new.device == value.device then
            new = value
          else
            if value.requires_grad then new:requires_grad_(true) end
            if frozen[value] then frozen[new] = true end
          end
          moved[value] = new
        end
        rawset(module, name, new)
      end
    end
  end
  return self
end

--- The same module with its parameters as float32.
-- @treturn nn.Module itself
-- @example nn.Linear(2, 3):double():float().bias.dtype --> float32
function Module:float() return self:to("float32") end
--- The same module with its parameters as float64.
-- @treturn nn.Module itself
-- @example nn.Linear(2, 3):double().bias.dtype --> float64
function Module:double() return self:to("float64") end
--- The same module with its parameters as float16.
-- @treturn nn.Module itself
-- @example nn.Linear(2, 3):half().bias.dtype --> float16
function Module:half() return self:to("float16") end
--- The same module with its parameters in the memory of the processor.
-- @treturn nn.Module itself
-- @example nn.Linear(2, 3):cpu().bias.device --> cpu
function Module:cpu() return self:to("cpu") end

-- ---- state ----------------------------------------------------------------------------------------------

-- A state dict lists its names in order when it is walked with pairs.
local state_metatable = {}
function state_metatable.__pairs(state)
  local order, i = getmetatable(state).order, 0
  return function()
    i = i + 1
    local name = order[i]
    if name then return name, state[name] end
  end
end

--- The values of all parameters and saved buffers by path.  They share memory with the module's: clone what must not
-- change.
-- @treturn table path → tensor; pairs walks it in order
-- @example nn.Linear(2, 3):state_dict().weight.shape[1] --> 3
function Module:state_dict()
  local state, order = {}, {}
  -- A shared tensor stands under each of its names, as PyTorch's does.
  for _, entry in ipairs(self:named_modules()) do
    local path, module = entry[1], entry[2]
    for _, name in ipairs(module._order) do
      local value = rawget(module, name)
      if value ~= nil and is_state(module, name, value) then
        local full = path == "" and tostring(name) or path .. "." .. name
        order[#order + 1] = full
        state[full] = value:detach()
      end
    end
  end
  return setmetatable(state, { order = order, __pairs = state_metatable.__pairs })
end

local function same_shape(a, b)
  return shape_text(a) == shape_text(b)
end

local function sorted(list)
  table.sort(list)
  return list
end

-- What is wrong with state for the tensors `own`: a list of lines.
local function problems(own, state, strict)
  local lines, missing, unexpected = {}, {}, {}
  for name, tensor in pairs(own) do
    local given = state[name]
    if given == nil then
      missing[#missing + 1] = name
    elseif not is_tensor(given) then
      lines[#lines + 1] = ("%s is a %s, not a tensor"):format(name, type(given))
    elseif not same_shape(tensor, given) then
      lines[#lines + 1] = ("%s is %s in the state, but %s in the model"):format(name, shape_text(given), shape_text(tensor))
    end
  end
  sorted(lines)
  for name in pairs(state) do
    if own[name] == nil then unexpected[#unexpected + 1] = tostring(name) end
  end
  if strict and #unexpected > 0 then table.insert(lines, 1, "unexpected: " .. table.concat(sorted(unexpected), ", ")) end
  if strict and #missing > 0 then table.insert(lines, 1, "missing: " .. table.concat(missing, ", ")) end
  return lines, missing, unexpected
end

--- Copies values into the parameters and buffers of the same paths.
-- @tparam table state path → tensor, as of state_dict or lab.load
-- @tparam[opt] table options strict=true: every path must be in both
-- @treturn table {missing_keys, unexpected_keys}; both empty when strict.  On an error nothing is changed.
-- @raise names that are missing or unexpected, shapes that differ: the message lists them
-- @example local a, b = nn.Linear(2, 3), nn.Linear(2, 3); b:load_state_dict(a:state_dict()); a.weight:eq(b.weight):all():item() --> true
function Module:load_state_dict(state, options)
  local o = require("nn.options").read("load_state_dict", { { "strict", true, kind = "boolean" } }, options)
  if type(state) ~= "table" then error("load_state_dict: a table of tensors is needed, got " .. type(state), 2) end
  local own = self:state_dict()
  local lines, missing, unexpected = problems(own, state, o.strict)
  if #lines > 0 then
    error(("load_state_dict: the state does not fit %s:\n  %s%s"):format(self.name, table.concat(lines, "\n  "),
      o.strict and "\n(with {strict=false} missing and unexpected names are left alone)" or ""), 2)
  end
  lab.no_grad(function()
    for name, tensor in pairs(own) do
      if state[name] ~= nil then tensor:copy_(state[name]) end
    end
  end)
  return { missing_keys = missing, unexpected_keys = unexpected }
end

-- ---- showing --------------------------------------------------------------------------------------------

--- What stands between the parentheses when the module is shown; layers define it.
-- @treturn string
-- @example nn.Linear(2, 3):extra_repr() --> in_features=2, out_features=3, bias=true
function Module:extra_repr() return "" end

local function count(parameters)
  local n = 0
  for _, p in ipairs(parameters) do n = n + p:numel() end
  return n
end

--- How many numbers the parameters hold.
-- @tparam[opt] table options trainable=false: only those that want a gradient
-- @treturn int
-- @example nn.Linear(2, 3):num_parameters() --> 9
function Module:num_parameters(options)
  local o = require("nn.options").read("num_parameters", { { "trainable", false, kind = "boolean" } }, options)
  local list = {}
  for _, p in ipairs(self:parameters()) do
    if not o.trainable or p.requires_grad then list[#list + 1] = p end
  end
  return count(list)
end

local function own_count(self)
  local n = 0
  for _, name in ipairs(self._order) do
    local value = rawget(self, name)
    if value ~= nil and is_parameter(self, name, value) then n = n + value:numel() end
  end
  return n
end

local function show(self, indent)
  local children, own = self:named_children(), own_count(self)
  local note = own > 0 and ("  -- " .. own) or ""
  if #children == 0 then return ("%s(%s)%s"):format(self.name, self:extra_repr(), note) end
  local lines = { self.name .. "(" .. self:extra_repr() .. note }
  for _, child in ipairs(children) do
    lines[#lines + 1] = ("%s  (%s): %s"):format(indent, child[1], show(child[2], indent .. "  "))
  end
  lines[#lines + 1] = indent .. ")"
  return table.concat(lines, "\n")
end

function Module:__tostring()
  local total, trainable = self:num_parameters(), self:num_parameters { trainable = true }
  local text = show(self, "")
  if #self:children() == 0 then return text end
  local last = trainable == total and "" or (", %d trainable"):format(trainable)
  return ("%s  -- %d parameters%s"):format(text, total, last)
end

-- ---- training, in files that are loaded when they are used ------------------------------------------------

for name, file in pairs { compile = "nn.training", fit = "nn.training", evaluate = "nn.training", predict = "nn.training",
                          find_lr = "nn.training",
                          summary = "nn.summary" } do
  Module[name] = function(...)
    require(file) -- puts the real one in its place
    return Module[name](...)
  end
end

setmetatable(Module, { __call = construct, __tostring = show_class })
Module.__newindex, Module.__call = assign, call

-- For the other files of nn; not part of the interface.
Module._is_module, Module._frozen = is_module, frozen

return Module
