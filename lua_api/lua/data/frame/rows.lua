--- Rows of frames: some, sorted, without duplicates.
-- @module data.frame.rows

local check = require "data.check"
local class = require "data.frame.class"
local shown = require("nn.options").shown
local Frame, fail = class.Frame, check.fail

-- The frame with f(column) for each column, of `rows` rows.
local function each_column(frame, rows, f)
  local columns, categories = {}, {}
  for _, name in ipairs(frame._names) do
    columns[name], categories[name] = f(frame._columns[name]), frame._categories[name]
  end
  return class.new(frame:columns(), columns, categories, rows)
end

local function take(frame, places)
  return each_column(frame, #places, function(column) return column:index_select(1, places) end)
end

local function check_count(op, n)
  if n == nil then return 5 end
  if math.type(n) ~= "integer" or n < 0 then fail("%s: a number of rows expected, got %s", op, shown(n)) end
  return n
end

-- The `count` rows from `first` on, copied.
local function range(frame, first, count)
  return each_column(frame, count, function(column) return column:narrow(1, first, count):clone() end)
end

--- The first rows.
-- @tparam[opt=5] integer n
-- @treturn Frame
-- @example data.Frame{a = {1, 2, 3}}:head(2).a --> [1, 2]
function Frame:head(n)
  n = math.min(check_count("frame:head", n), self._rows)
  return n > 0 and range(self, 1, n) or take(self, lab.zeros(0, { dtype = "int64" }))
end

--- The last rows.
-- @tparam[opt=5] integer n
-- @treturn Frame
-- @example data.Frame{a = {1, 2, 3}}:tail(2).a --> [2, 3]
function Frame:tail(n)
  n = math.min(check_count("frame:tail", n), self._rows)
  return n > 0 and range(self, self._rows - n + 1, n) or Frame.head(self, 0)
end

--- The rows at some positions, in this order.
-- @param places positions from 1: an int64 tensor or a list
-- @treturn Frame
-- @example data.Frame{a = {5, 6, 7}}:take{3, 1}.a --> [7, 5]
function Frame:take(places)
  if type(places) == "table" then places = lab.tensor(places, { dtype = "int64" }) end
  if not lab.is_tensor(places) or places.dtype ~= "int64" or places:dim() ~= 1 then
    fail("frame:take: a list of positions expected, got %s", lab.is_tensor(places) and places.dtype or type(places))
  end
  return take(self, places)
end

--- The rows for which a mask is true; `frame[mask]` is the same.  An int64 tensor gives the rows at its positions.
-- @tparam tensor mask bool (N), such as `frame.age:gt(30)`
-- @treturn Frame
-- @example data.Frame{a = {5, 6, 7}}:filter(lab.tensor{true, false, true}).a --> [5, 7]
function Frame:filter(mask)
  if lab.is_tensor(mask) and mask.dtype == "int64" then return Frame.take(self, mask) end
  if not lab.is_tensor(mask) or mask.dtype ~= "bool" or mask:dim() ~= 1 or #mask ~= self._rows then
    fail("frame:filter: a bool tensor of %d values expected, got %s", self._rows,
      lab.is_tensor(mask) and ("%s [%s]"):format(mask.dtype, table.concat(mask.shape, " ")) or type(mask))
  end
  return take(self, mask:nonzero():flatten())
end

--- A mask of the rows whose value is one of the given ones.
-- @tparam string name of a column
-- @param values a value or a list of values: texts for a text column
-- @treturn tensor bool (N)
-- @example data.Frame{pet = {"dog", "cat", "cow"}}:isin("pet", {"cow", "dog"}) --> [true, false, true]
function Frame:isin(name, values)
  local column, categories = Frame.column(self, name), self._categories[name]
  local mask = lab.zeros(self._rows, { dtype = "bool" })
  for _, value in ipairs(type(values) == "table" and values or { values }) do
    local wanted = value
    if categories then
      wanted = nil
      for code, text in ipairs(categories) do if text == value then wanted = code end end
    elseif type(value) == "boolean" then wanted = value and 1 or 0
    elseif type(value) ~= "number" then
      fail('frame:isin: column "%s" holds numbers, got %s', name, type(value))
    end
    if wanted then mask = mask | column:eq(wanted) end
  end
  return mask
end

--- The rows in the order of one or more columns: texts by their bytes, missing values last, equal rows as they stood.
-- @param by a name, or a list of names, the most important first
-- @tparam[opt] table options `descending`=false
-- @treturn Frame
-- @example data.Frame{a = {3, 1, 2}}:sort("a").a --> [1, 2, 3]
function Frame:sort(by, options)
  options = check.options("frame:sort", options, { "descending" })
  if by == nil then fail("frame:sort: the name of a column expected") end
  local names, places = class.names_of(self, "frame:sort", by), nil
  for k = #names, 1, -1 do
    local key = self._columns[names[k]]
    if key.dtype == "bool" then key = key:to("int64") end
    if options.descending then key = key:neg() end
    if places then key = key:index_select(1, places) end
    local order = key:argsort(1)
    places = places and places:index_select(1, order) or order
  end
  return take(self, places)
end

--- The rows without those that repeat an earlier one.
-- @param ... names of the columns that are compared, or one list of names; all without them
-- @treturn Frame
-- @example data.Frame{a = {3, 1, 3}}:drop_duplicates().a --> [3, 1]
function Frame:drop_duplicates(...)
  local lists, places, seen = {}, {}, {}
  for k, name in ipairs(class.names_of(self, "frame:drop_duplicates", ...)) do lists[k] = self._columns[name]:tolist() end
  for i = 1, self._rows do
    local key = {}
    for k, list in ipairs(lists) do
      local value = list[i]
      key[k] = value ~= value and "nan" or math.type(value) == "float" and ("%.17g"):format(value + 0.0) or tostring(value)
    end
    local text = table.concat(key, ",")
    if not seen[text] then
      seen[text] = true
      places[#places + 1] = i
    end
  end
  return Frame.take(self, places)
end

return Frame
