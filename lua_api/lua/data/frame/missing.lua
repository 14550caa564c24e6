--- Missing values in frames: found, left out, filled in.
-- @module data.frame.missing

local check = require "data.check"
local class = require "data.frame.class"
local statistics = require "data.frame.statistics"
local shown = require("nn.options").shown
local Frame, fail = class.Frame, check.fail

local function is_float(column) return column.dtype:find("float", 1, true) ~= nil end

local function mask_of(frame, name)
  local column = frame._columns[name]
  if is_float(column) then return column:isnan() end
  return lab.zeros(frame._rows, { dtype = "bool" })
end

--- Which values are missing?
-- @tparam[opt] string name of a column; without it, of all
-- @return a bool tensor (N) for one column, else a Frame of bool columns
-- @example data.Frame{a = {1, 0/0}}:isna("a") --> [false, true]
function Frame:isna(name)
  if name then
    Frame.column(self, name)
    return mask_of(self, name)
  end
  local out = class.new({}, {}, {}, self._rows)
  for _, each in ipairs(self._names) do class.set_column(out, each, mask_of(self, each)) end
  return out
end

-- Text codes are int64 again when none is missing.
local function settle(frame)
  for name in pairs(frame._categories) do
    local column = frame._columns[name]
    if is_float(column) and not column:isnan():any():item() then frame._columns[name] = column:to("int64") end
  end
  return frame
end

--- The rows in which nothing is missing.
-- @tparam[opt] table options `subset`: the columns that are looked at, a list or one name; all without it
-- @treturn Frame
-- @example data.Frame{a = {1, 0/0, 3}}:dropna().a --> [1, 3]
function Frame:dropna(options)
  options = check.options("frame:dropna", options, { "subset" })
  local gone = lab.zeros(self._rows, { dtype = "bool" })
  for _, name in ipairs(class.names_of(self, "frame:dropna", options.subset)) do gone = gone | mask_of(self, name) end
  return settle(Frame.filter(self, ~gone))
end

local strategies = {
  mean = function(column) return column:mean():item() end,
  median = function(column) return column:quantile(0.5):item() end,
  mode = function(column) return (statistics.counts(column)) end,
}

-- The number that a tensor of one holds.
local function plain(name, value)
  if not lab.is_tensor(value) or value:numel() ~= 1 then return value end
  value = value:item()
  if value ~= value then
    fail('frame:fillna: column "%s": the value is nan, as a tensor\'s mean is where values are missing; "mean", "median" and "mode" leave '
      .. "them out", name)
  end
  return value
end

-- The column with its missing values replaced, and its categories.
local function fill(frame, name, value)
  value = plain(name, value)
  local column, categories = frame._columns[name], frame._categories[name]
  local mask = mask_of(frame, name)
  local strategy = strategies[value]
  if strategy and not (categories and value ~= "mode") then
    local known = column:masked_select(~mask)
    if #known == 0 then fail('frame:fillna: column "%s" has no values to take the %s of', name, value) end
    if known.dtype == "bool" and value ~= "mode" then known = known:to("float32") end
    value = strategy(is_float(known) and known or value == "mode" and known or known:to("float64"))
  elseif categories then
    if type(value) ~= "string" then
      fail('frame:fillna: column "%s" is text: a string or "mode" expected, got %s', name, shown(value))
    end
    local texts = Frame.tolist(frame, name)
    for i, text in ipairs(texts) do if type(text) ~= "string" then texts[i] = value end end
    return class.encode(texts)
  elseif type(value) ~= "number" then
    fail('frame:fillna: column "%s": a number, "mean", "median" or "mode" expected, got %s', name,
      lab.is_tensor(value) and "a tensor of several" or shown(value))
  end
  if not mask:any():item() then return column, categories end
  return column:masked_fill(mask, value), categories
end

-- Does one value for all columns concern this one?
local function concerns(frame, name, value)
  local text = frame._categories[name] ~= nil
  if value == "mode" then return mask_of(frame, name):any():item() end
  if strategies[value] then return not text and mask_of(frame, name):any():item() end
  return text == (type(value) == "string")
end

--- A frame whose missing values are replaced.
-- @param values a table `{age = "median", deck = "unknown", fare = 0}` by column, or one value for all that it suits:
--   a number, a text for text columns, or "mean", "median" or "mode" (the most frequent value, the only one of these for
--   texts) of the column's other values
-- @treturn Frame
-- @example data.Frame{a = {1, 0/0, 3}}:fillna{a = "mean"}.a --> [1, 2, 3]
function Frame:fillna(values)
  local out = Frame.select(self)
  if type(values) ~= "table" and type(values) ~= "number" and type(values) ~= "string" then
    fail("frame:fillna: a value or a table {column = value} expected, got %s", type(values))
  end
  for name in pairs(type(values) == "table" and values or {}) do Frame.column(self, name) end
  for _, name in ipairs(self._names) do
    local value = values
    if type(values) == "table" then value = values[name]
    elseif not concerns(self, name, values) then value = nil end
    if value ~= nil then class.set_column(out, name, fill(self, name, value)) end
  end
  return settle(out)
end

return Frame
