--- What fit returns: the loss and the metrics of every epoch.
--
-- history.loss[i], history.val_loss[i] and so on belong to the i-th epoch trained, whose number is history.epoch[i];
-- history.history holds the same lists by name, as Keras has them.  At the prompt a history shows the first, the last, the
-- lowest and the highest value of each.
-- @module nn.history

local number = require("nn.readable").number

local History = { __name = "History" }

-- history.loss is history.history.loss.
function History.__index(self, key)
  local method = rawget(History, key)
  if method ~= nil then return method end
  local values = rawget(self, "history")
  return values and values[key]
end

-- Takes over the values of an epoch; names: the order they are shown in.
function History:add(epoch, logs, names)
  self.epoch[#self.epoch + 1] = epoch
  self.names = names
  for name, value in pairs(logs) do
    local list = self.history[name] or {}
    list[#list + 1] = value
    self.history[name] = list
  end
end

function History.__tostring(self)
  local n = #self.epoch
  if n == 0 then return "History: no epoch has ended" end
  local first, last = self.epoch[1], self.epoch[n]
  local lines = { n == 1 and ("History: epoch %d"):format(first) or ("History: epochs %d to %d"):format(first, last) }
  local widest = 0
  for _, name in ipairs(self.names) do widest = math.max(widest, #name) end
  lines[#lines + 1] = ("  %s  %10s %10s %10s %10s"):format((" "):rep(widest), "first", "last", "lowest", "highest")
  for _, name in ipairs(self.names) do
    local list = self.history[name]
    if list and #list > 0 then
      local low, high = math.huge, -math.huge
      for _, value in ipairs(list) do low, high = math.min(low, value), math.max(high, value) end
      if low > high then low, high = 0 / 0, 0 / 0 end -- all are nan
      lines[#lines + 1] = ("  %s  %10s %10s %10s %10s"):format(name .. (" "):rep(widest - #name), number(list[1]),
        number(list[#list]), number(low), number(high))
    end
  end
  return table.concat(lines, "\n")
end

-- An empty history: fields history (name → list of numbers), epoch (list of their numbers); history.loss is history.history.loss
local function new()
  return setmetatable({ history = {}, epoch = {}, names = {} }, History)
end

return new
