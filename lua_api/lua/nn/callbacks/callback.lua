--- What the callbacks of nn.callbacks have in common.
-- @module nn.callbacks.callback
-- @local

local options = require "nn.options"

local Callback = {}
Callback.__index = Callback

--- A new kind of callback.
-- @tparam string name
-- @treturn table its methods go here; Kind.new(values) makes one
function Callback.extend(name)
  local class = setmetatable({ name = name }, { __index = Callback })
  class.__index = class
  class.__name = name
  return class
end

--- Reads the arguments of a constructor: f(path, {…}), f{path=, …} or f{path, …}.
-- @tparam table class
-- @tparam table parameters as for nn.options.read
-- @treturn table an object of the class with the values as fields
function Callback.make(class, parameters, ...)
  local given, n = { ... }, select("#", ...)
  local only = n == 1 and given[1]
  local values
  if type(only) == "table" and getmetatable(only) == nil and only[1] ~= nil then
    local named = {}
    for key, value in pairs(only) do if key ~= 1 then named[key] = value end end
    if next(named) then values = options.read(class.name, parameters, only[1], named)
    else values = options.read(class.name, parameters, only[1]) end
  elseif type(only) == "table" and getmetatable(only) == nil and next(only) == nil then
    values = options.read(class.name, parameters)
  else
    values = options.read(class.name, parameters, ...)
  end
  return setmetatable(values, class)
end

--- Raises an error that begins with the callback's name.
function Callback:fail(format, ...) error(self.name .. ": " .. format:format(...), 3) end

local function number(value)
  if lab.is_tensor(value) and value:numel() == 1 then return value:item() end
  return value
end

-- Raises the error that what the callback watches is not among names.
local function not_measured(self, names)
  local near = options.nearest(self.monitor, names)
  self:fail("monitor \"%s\" is not measured; there is %s%s", self.monitor,
    #names > 0 and table.concat(names, ", ") or "nothing",
    near and ("; did you mean \"" .. near .. "\"?") or self.monitor:find("^val_") and self.params and
    ": give fit a validation_split or validation_data, or monitor=\"loss\"" or "")
end

--- In fit, before it begins: will what the callback watches be measured?
function Callback:check_monitor()
  if not self.params then return end
  for _, name in ipairs(self.params.names) do if name == self.monitor then return end end
  not_measured(self, self.params.names)
end

--- The number in logs that the callback watches; nil in an epoch of fit without validation.
-- @tparam table logs
-- @treturn ?number
function Callback:monitored(logs)
  local value = number(logs[self.monitor])
  if type(value) == "number" then return value end
  if self.params then return nil end
  local names = {}
  for name in pairs(logs) do names[#names + 1] = tostring(name) end
  table.sort(names)
  return not_measured(self, names)
end

local falling = { "loss", "error" }
local rising = { "acc", "auc", "precision", "recall", "f1", "r2", "score", "iou", "dice" }

--- Is a larger value better?
-- @tparam string mode "min", "max" or "auto": by the name of what is watched
-- @treturn boolean
function Callback:is_rising()
  if self.mode == "min" or self.mode == "max" then return self.mode == "max" end
  if self.mode ~= "auto" then self:fail("mode=\"%s\": it is \"min\", \"max\" or \"auto\"", tostring(self.mode)) end
  for _, word in ipairs(falling) do if self.monitor:find(word, 1, true) then return false end end
  for _, word in ipairs(rising) do if self.monitor:find(word, 1, true) then return true end end
  return false
end

--- Is value better than best by more than min_delta?  Anything that is not nan is better than nil.
function Callback:is_better(value, best)
  if value ~= value then return false end
  if best == nil then return true end
  local delta = math.abs(self.min_delta or 0)
  if self:is_rising() then return value > best + delta end
  return value < best - delta
end

-- For loops written by hand (nn/callbacks/init.lua).
function Callback:update(epoch, logs, model)
  if math.type(epoch) ~= "integer" or type(logs) ~= "table" then
    self:fail("update takes the epoch's number and a table of what was measured, such as update(3, {val_loss=0.5}, model)")
  end
  if not self.begun then
    self.begun = true
    if self.on_train_begin then self:on_train_begin({}, model) end
  end
  self.model = model or self.model
  local stop = self.on_epoch_end and self:on_epoch_end(epoch, logs, model) or false
  if stop then self:finish() end
  return stop
end

-- The training has ended.
function Callback:finish()
  if self.begun and self.on_train_end then self:on_train_end({}, self.model) end
  self.begun = false
end

return Callback
