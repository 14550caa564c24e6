--- Writes what is measured to a file.
-- @module nn.callbacks.csv_logger

local Callback = require "nn.callbacks.callback"

local Logger = Callback.extend "CSVLogger"

local parameters = {
  { "path", kind = "string", required = true }, { "separator", ",", kind = "string" }, { "append", false, kind = "boolean" },
}

function Logger:write(mode, text)
  local file, message = io.open(self.path, mode)
  if not file then self:fail("%s", message) end
  local written, problem = file:write(text)
  local closed, other = file:close()
  if not (written and closed) then self:fail("%s: %s", self.path, problem or other) end
end

-- Is there something in the file already?
local function is_empty(path)
  local file = io.open(path, "r")
  local size = file and file:seek("end") or 0
  if file then file:close() end
  return size == 0
end

function Logger:on_train_begin()
  self.names = nil
  if not self.append then self:write("w", "") end
end

-- The columns: what fit measures, in its order, then what else is there.
local function columns(params, logs)
  local names, taken, others = {}, {}, {}
  for _, name in ipairs(params and params.names or {}) do
    names[#names + 1], taken[name] = name, true
  end
  for name in pairs(logs) do if not taken[name] then others[#others + 1] = name end end
  table.sort(others)
  return table.move(others, 1, #others, #names + 1, names)
end

local function field(value, separator)
  if lab.is_tensor(value) then value = value:item() end
  local text = value == nil and "" or math.type(value) == "float" and ("%.17g"):format(value) or tostring(value)
  if text:find('["\r\n]') or text:find(separator, 1, true) then text = '"' .. text:gsub('"', '""') .. '"' end
  return text
end

function Logger:on_epoch_end(epoch, logs)
  local line = { tostring(epoch) }
  if not self.names then
    self.names = columns(self.params, logs)
    if not self.append or is_empty(self.path) then
      local head = { "epoch" }
      for _, name in ipairs(self.names) do head[#head + 1] = field(name, self.separator) end
      self:write("a", table.concat(head, self.separator) .. "\n")
    end
  end
  for _, name in ipairs(self.names) do line[#line + 1] = field(logs[name], self.separator) end
  self:write("a", table.concat(line, self.separator) .. "\n")
  return false
end

--- Writes a line for each epoch: its number, the loss and the metrics, with all their digits.
-- @tparam string path
-- @tparam[opt] table options separator=","; append=false: goes on at the end of the file
-- @treturn callback for fit, or for a loop by its update
-- @raise a file that cannot be written
-- @see nn.callbacks
-- @function nn.callbacks.CSVLogger
-- @example nn.callbacks.CSVLogger("log.csv").separator --> ,
return function(...)
  local self = Callback.make(Logger, parameters, ...)
  if self.separator == "" then self:fail("separator is empty") end
  return self
end
