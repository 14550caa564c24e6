--- What is in a frame: describe, value_counts, get_dummies.
-- @module data.frame.statistics

local check = require "data.check"
local class = require "data.frame.class"
local Frame, fail, nan = class.Frame, check.fail, class.nan

local statistics = {}

-- The values of a column that are there.
local function known(column)
  if not column.dtype:find("float", 1, true) then return column end
  return column:masked_select(~column:isnan())
end

-- The most frequent value of a column without missing values (of equally frequent ones the smallest), how often it is
-- there, and how many different ones there are.
function statistics.counts(column)
  if column.dtype == "bool" then column = column:to("int64") end
  local values, counts = column:unique({ return_counts = true })
  local at = counts:argmax():item()
  return values[at], counts[at], #values
end

local numeric = { "mean", "std", "min", "25%", "50%", "75%", "max" }

local function describe_numbers(row, values)
  values = values:to("float64")
  row.mean, row.std = values:mean():item(), #values > 1 and values:std():item() or nan
  row.min, row.max = values:min():item(), values:max():item()
  for _, q in ipairs { 25, 50, 75 } do row[q .. "%"] = values:quantile(q / 100):item() end
end

local function describe_column(frame, name)
  local values, categories = known(frame._columns[name]), frame._categories[name]
  local row = { column = name, count = #values, missing = frame._rows - #values }
  if #values == 0 then return row end
  if categories then
    local top, freq, unique = statistics.counts(values)
    row.unique, row.top, row.freq = unique, categories[math.tointeger(top)], freq
  else
    describe_numbers(row, values)
  end
  return row
end

-- The rows as a frame with columns of these names.
local function frame_of(rows, ...)
  local out = class.new({}, {}, {}, #rows)
  for _, names in ipairs { ... } do
    for _, name in ipairs(names) do
      local list = {}
      for i, row in ipairs(rows) do list[i] = row[name] or nan end
      class.set_column(out, name, class.to_column(name, list))
    end
  end
  return out
end

local general, textual = { "column", "count", "missing" }, { "unique", "top", "freq" }

--- A summary with a row for each column: how many values are there and how many are missing; of numbers the mean,
-- standard deviation, minimum, quartiles and maximum, as pandas computes them; of texts how many different ones there
-- are, and the most frequent.  It is printed as two tables, one of the numbers and one of the texts.
-- @treturn Frame with the columns column, count, missing, mean, std, min, 25%, 50%, 75%, max, unique, top, freq
-- @example data.Frame{a = {1, 2, 3, 0/0}}:describe().mean --> [2]
function Frame:describe()
  local rows, numbers, texts = {}, {}, {}
  for i, name in ipairs(self._names) do
    rows[i] = describe_column(self, name)
    table.insert(self._categories[name] and texts or numbers, rows[i])
  end
  local out = frame_of(rows, general, #numbers > 0 and numeric or {}, #texts > 0 and textual or {})
  if #numbers > 0 and #texts > 0 then
    rawset(out, "_shown_as", { frame_of(numbers, general, numeric), frame_of(texts, general, textual) })
  end
  return out
end

--- How often each value of a column is there, the most frequent first, equally frequent ones in order; missing ones are
-- left out.
-- @tparam string name
-- @treturn Frame with the columns `name` and count
-- @example data.Frame{pet = {"dog", "cat", "dog"}}:value_counts("pet").count --> [2, 1]
function Frame:value_counts(name)
  if type(name) ~= "string" then fail('frame:value_counts: the name of a column expected, such as "%s"', self._names[1] or "sex") end
  local values = known(Frame.column(self, name))
  if values.dtype == "bool" then values = values:to("int64") end
  local different, counts = values:unique({ return_counts = true })
  local order = counts:neg():argsort(1)
  different, counts = different:index_select(1, order), counts:index_select(1, order)
  local categories = self._categories[name]
  if categories then different = different:to("int64")
  elseif self._columns[name].dtype == "bool" then different = different:to("bool") end
  local out = class.new({}, {}, {}, #counts)
  class.set_column(out, name, different, categories)
  class.set_column(out, name == "count" and "count_of" or "count", counts)
  return out
end

-- The values of a column that become columns, and their names.
local function dummies_of(frame, name)
  local categories = frame._categories[name]
  if categories then return lab.arange(1, #categories + 1, { dtype = "int64" }):tolist(), categories end
  local values = frame._columns[name]
  if values.dtype == "bool" then return { 0, 1 }, { "False", "True" } end
  values = known(values):unique():tolist()
  local names = {}
  for i, value in ipairs(values) do names[i] = ("%.14g"):format(value) end
  return values, names
end

--- A frame in which each chosen column is replaced by one bool column for each of its values, `sex_male` and so on, at
-- the end; missing values are false in all of them.
-- @param[opt] columns names, a list or one string; all text columns without it
-- @tparam[opt] table options `drop_first`=false: leave out each column's first value
-- @treturn Frame
-- @example table.concat(data.Frame{pet = {"dog", "cat"}}:get_dummies():columns(), " ") --> pet_cat pet_dog
function Frame:get_dummies(columns, options)
  options = check.options("frame:get_dummies", options, { "drop_first" })
  local names = {}
  if columns then names = class.names_of(self, "frame:get_dummies", columns)
  else for _, name in ipairs(self._names) do if self._categories[name] then names[#names + 1] = name end end end
  local out = #names > 0 and Frame.drop(self, names) or Frame.select(self)
  for _, name in ipairs(names) do
    local values, texts = dummies_of(self, name)
    for i = options.drop_first and 2 or 1, #values do
      local new = name .. "_" .. texts[i]
      if out._columns[new] then fail('frame:get_dummies: there would be two columns "%s"', new) end
      class.set_column(out, new, self._columns[name]:eq(values[i]))
    end
  end
  out._rows = self._rows
  return out
end

return statistics
