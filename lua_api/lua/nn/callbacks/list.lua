--- The callbacks that fit was given, told of events in order.
-- @module nn.callbacks.list
-- @local

local options = require "nn.options"

local List = {}
List.__index = List

local events = { "on_train_begin", "on_train_end", "on_epoch_begin", "on_epoch_end", "on_batch_begin", "on_batch_end" }
local is_event, keras = {}, { on_train_batch_begin = "on_batch_begin", on_train_batch_end = "on_batch_end" }
for _, name in ipairs(events) do is_event[name] = true end

local function fail(i, format, ...) error(("fit: callback %d "):format(i) .. format:format(...), 4) end

-- A misspelt event would never be called.
local function check_names(i, callback)
  for key in pairs(callback) do
    if type(key) == "string" and key:find("^on_") and not is_event[key] and not keras[key] then
      local near = options.nearest(key, events)
      fail(i, "has '%s'%s (%s)", key, near and ("; did you mean '" .. near .. "'?") or "", table.concat(events, ", "))
    end
  end
end

local function as_callback(i, value)
  if type(value) == "function" then
    for name, make in pairs(require "nn.callbacks") do
      if value == make then fail(i, "is nn.callbacks.%s itself: call it, as in nn.callbacks.%s()", name, name) end
    end
    return { on_epoch_end = function(_, epoch, logs, model) return value(epoch, logs, model) end }
  end
  if type(value) ~= "table" then fail(i, "is a %s; a function, a table with on_epoch_end … or one of nn.callbacks is needed", type(value)) end
  check_names(i, value)
  for _, name in ipairs(events) do if value[name] then return value end end
  for name in pairs(keras) do if value[name] then return value end end
  if type(value.step) == "function" then return require "nn.callbacks.learning_rate_scheduler"(value) end
  return fail(i, "has none of %s", table.concat(events, ", "))
end

--- Calls an event of each callback; true if one of them wants the training to end.
function List:call(event, ...)
  local stop = false
  for _, each in ipairs(self[event]) do
    if each[2](each[1], ...) == true then stop = true end
  end
  return stop
end

--- Does anyone listen to batches?
function List:hears_batches() return #self.on_batch_begin + #self.on_batch_end > 0 end

--- The end of fit, also after an error: what callbacks watch in a later loop written by hand is not what fit measured.
function List:close()
  for _, callback in ipairs(self.given) do callback.params = nil end
end

--- A list of callbacks.
-- @tparam ?table given functions, tables, objects of nn.callbacks, schedules
-- @tparam table params epochs, steps, names (what is measured); each callback can read it as self.params in fit
-- @treturn table
local function new(given, params)
  if given == nil then given = {} end
  if type(given) ~= "table" then error("fit: callbacks should be a list, such as {nn.callbacks.EarlyStopping()}", 4) end
  local self = setmetatable({ schedules = false, given = {} }, List)
  for _, event in ipairs(events) do self[event] = {} end
  if #given == 0 and next(given) ~= nil or given.on_epoch_end then given = { given } end
  for i, value in ipairs(given) do
    local callback = as_callback(i, value)
    self.schedules = self.schedules or callback.schedules or false
    callback.params = params
    self.given[i] = callback
    for _, event in ipairs(events) do
      local method = callback[event]
      if method then table.insert(self[event], { callback, method }) end
    end
    for name, event in pairs(keras) do
      if callback[name] then table.insert(self[event], { callback, callback[name] }) end
    end
  end
  return self
end

return new
