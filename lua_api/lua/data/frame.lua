--- Frames from values.
-- @module data.frame

local check = require "data.check"
local class = require "data.frame.class"
local fail = check.fail
require "data.frame.rows"
require "data.frame.missing"
require "data.frame.text"

-- The columns of a tensor (N, F) under the names.
local function from_tensor(values, names)
  if values:dim() ~= 2 or type(names) ~= "table" or #names ~= values.shape[2] then
    fail("data.Frame: a tensor (rows, columns) needs a list of %s names", values:dim() == 2 and values.shape[2] or "its")
  end
  local columns = {}
  for k, name in ipairs(names) do columns[name] = values:select(2, k):clone() end
  return columns
end

local function sorted_names(columns)
  local names = {}
  for name in pairs(columns) do
    if type(name) ~= "string" then fail("data.Frame: a column's name should be a string, got %s", type(name)) end
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

--- A frame: named columns of the same length, each a 1-D tensor; what `data.read_csv` returns.
--
--     local ships = data.read_csv("titanic.csv")
--     ships.age:nanmean()                       -- a column is a tensor
--     ships.family = ships.sibsp + ships.parch  -- a new one; ships.family = nil removes it
--     local adults = ships[ships.age:ge(18)]    -- rows by a mask or by positions
--     local few = ships[{"age", "fare"}]        -- columns by a list of names, as ships:select("age", "fare")
--     ships[7].sex                              -- one row as a table
--     local x, names = ships:select("age", "fare", "sex"):dropna():tensor()
--
-- Missing values are nan, in every column: whole numbers with missing values are float64, as in pandas.  A column of
-- texts holds codes from 1, int64 (float64 where values are missing); `frame:categories("sex")` are the texts of the
-- codes, sorted.  What changes a frame returns a new one; only the assignment of columns changes the frame itself.
-- `#frame` is the number of rows; `for name, column in pairs(frame)` goes through the columns, `for i, row in
-- ipairs(frame)` through the rows.  A column that has the name of a method is reached by `frame:column("head")`.
--
-- Columns: columns column categories tolist select drop rename tensor.  Rows: head tail take filter isin sort
-- drop_duplicates.  Missing values: isna dropna fillna.  Summaries: describe value_counts get_dummies.  Files: to_csv.
-- @param columns a table `{name = values}`, values being a list of numbers, booleans or texts (nan for missing ones), a
--   1-D tensor, or one value for all rows; or a tensor (rows, columns)
-- @tparam[opt] {string,...} names the columns' order (needed for a tensor); without it they are sorted by name
-- @treturn Frame
-- @example data.Frame({x = {1, 2}, y = {"a", "b"}}, {"y", "x"}).y --> [1, 2]
local function Frame(columns, names)
  if lab.is_tensor(columns) then columns = from_tensor(columns, names) end
  if class.is_frame(columns) then return columns:select(names) end
  if type(columns) ~= "table" then fail("data.Frame: a table {name = values} expected, got %s", type(columns)) end
  local order, rows = names or sorted_names(columns), nil
  local out = class.new({}, {}, {}, 0)
  for _, name in ipairs(order) do
    local values = columns[name]
    if values == nil then fail('data.Frame: there are no values for column "%s"', tostring(name)) end
    if not rows and (type(values) == "table" or lab.is_tensor(values)) then rows = #values end
  end
  for _, name in ipairs(order) do class.set_column(out, name, class.to_column(name, columns[name], rows)) end
  return out
end

return Frame
