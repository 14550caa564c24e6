-- class.lua: what a frame is, its columns, and how they are chosen, assigned and put side by side.

local check = require "data.check"
local nearest = require("nn.options").nearest
local fail = check.fail
local nan = -(0 / 0) -- prints without a sign

-- The raw fields of a frame: _names, the columns' names in order; _columns, their tensors by name; _categories, the
-- texts of those that are text, by name; _rows.  A summary has _shown_as, the frames that are printed for it.
local Frame = { __name = "Frame" }

-- A frame of these parts, which are kept: for the files of this folder.
local function new(names, columns, categories, rows)
  return setmetatable({ _names = names, _columns = columns, _categories = categories, _rows = rows }, Frame)
end

local function is_frame(value)
  return type(value) == "table" and getmetatable(value) == Frame
end

-- The columns' names for a message.
local function list_of(names)
  local shown = table.concat(names, ", ", 1, math.min(#names, 20))
  return #names > 20 and shown .. ", …" or shown
end

-- What pandas calls what frames have under another name.
local habits = {
  info = "frame:describe()", shape = "#frame rows and #frame:columns() columns", dtypes = "frame.age.dtype of a column",
  isnull = 'frame:isna("age")', notna = '~frame:isna("age")', notnull = '~frame:isna("age")',
  sort_values = 'frame:sort("age", {descending=true})', groupby = 'frame[frame:isin("sex", "male")] for each of frame:value_counts("sex")',
  iloc = "frame[1] for a row and frame[{1, 2}] for several", loc = 'frame[frame.age:gt(30)] for rows and frame[{"age", "sex"}] for columns',
  query = "frame[frame.age:gt(30)]", sample = "frame:take(lab.randperm(#frame):narrow(1, 1, 5))",
  astype = 'frame.age = frame.age:to("float32")', assign = "frame.name = values", copy = "frame:select()",
  values = "frame:tensor()", to_numpy = "frame:tensor()", mean = "frame.age:nanmean() of a column, or frame:describe()",
  nunique = '#frame:value_counts("sex")', unique = 'frame:value_counts("sex")',
}

local function missing_column(frame, name)
  if habits[name] then
    fail('frame: there is no column or method "%s": it is %s (columns: %s)', name, habits[name], list_of(frame._names))
  end
  if name == "state_dict" then
    fail("lab.save: a frame is saved by frame:to_csv(path); its tensors by lab.save(path, {frame:tensor()})")
  end
  local names = frame:columns()
  for method, value in pairs(Frame) do if type(value) == "function" and not method:find("^_") then names[#names + 1] = method end end
  local near = nearest(tostring(name), names)
  fail('frame: there is no column or method "%s"%s (columns: %s)', tostring(name), near and ('; did you mean "' .. near .. '"?') or "",
    list_of(frame._names))
end

-- ---- values of a new column ------------------------------------------------------------------------------------------

-- Codes and sorted categories of a list of strings, in which nan stands for missing ones.
local function encode(list)
  local categories, code, gaps = {}, {}, false
  for _, text in ipairs(list) do
    if type(text) ~= "string" then gaps = true
    elseif not code[text] then
      code[text] = true
      categories[#categories + 1] = text
    end
  end
  table.sort(categories)
  for i, text in ipairs(categories) do code[text] = i end
  local codes = {}
  for i, text in ipairs(list) do codes[i] = code[text] or nan end
  return lab.tensor(codes, { dtype = gaps and "float64" or "int64" }), categories
end

local function kind_of(name, i, value)
  local kind = math.type(value) or type(value)
  if kind == "float" and value ~= value then return "missing" end
  if kind == "integer" or kind == "float" or kind == "boolean" or kind == "string" then return kind end
  fail('frame: column "%s": value %d is a %s; numbers, texts or booleans expected (nan for a missing one)', name, i, kind)
end

-- A list as a tensor, and its categories if it is one of texts.
local function from_list(name, list)
  local seen = {}
  for i, value in ipairs(list) do seen[kind_of(name, i, value)] = true end
  local number = seen.integer or seen.float
  if (number and 1 or 0) + (seen.boolean and 1 or 0) + (seen.string and 1 or 0) > 1 then
    fail('frame: column "%s" mixes numbers, texts and booleans', name)
  end
  if seen.string then return encode(list) end
  if seen.boolean and seen.missing then
    local numbers = {}
    for i, value in ipairs(list) do numbers[i] = value == true and 1 or value == false and 0 or value end
    list = numbers
  elseif seen.boolean then
    return lab.tensor(list, { dtype = "bool" })
  end
  return lab.tensor(list, { dtype = seen.integer and not seen.float and not seen.missing and "int64" or "float64" })
end

-- One value for all rows.
local function from_value(value, rows)
  if type(value) == "string" then return lab.ones(rows, { dtype = "int64" }), { value } end
  if type(value) == "boolean" then return lab.full({ rows }, value and 1 or 0, { dtype = "bool" }) end
  return lab.full({ rows }, value, { dtype = math.type(value) == "integer" and "int64" or "float64" })
end

-- A column for a frame of `rows` rows (nil: any) from what was assigned.
local function to_column(name, value, rows)
  local column, categories
  if lab.is_tensor(value) then
    column = value:dim() == 2 and value.shape[2] == 1 and value:squeeze(2) or value
    if column:dim() ~= 1 then
      fail('frame: column "%s": a tensor of 1 dimension expected, got %d', name, value:dim())
    end
  elseif type(value) == "table" and not is_frame(value) then
    column, categories = from_list(name, value)
  elseif type(value) == "number" or type(value) == "string" or type(value) == "boolean" then
    column, categories = from_value(value, rows or 1)
  else
    fail('frame: column "%s": a tensor, a list or a value expected, got %s', name, type(value))
  end
  if rows and #column ~= rows then
    fail('frame: column "%s" has %d values, the frame has %d rows', name, #column, rows)
  end
  return column, categories
end

local function set_column(frame, name, column, categories)
  if not frame._columns[name] then table.insert(frame._names, name) end
  frame._columns[name], frame._categories[name] = column, categories
  rawset(frame, "_rows", #column)
  rawset(frame, "_shown_as", nil)
end

local function remove_column(frame, name)
  frame._columns[name], frame._categories[name] = nil, nil
  rawset(frame, "_shown_as", nil)
  for i, other in ipairs(frame._names) do
    if other == name then table.remove(frame._names, i) break end
  end
end

-- ---- reading and assigning -------------------------------------------------------------------------------------------

function Frame.__len(frame) return frame._rows end

-- One row as a table, texts as texts; nil beyond the last one, so that `for i, row in ipairs(frame)` works.
local function row_of(frame, i)
  if i == 0 then fail("frame: row 0: rows count from 1") end
  if i > frame._rows or i < -frame._rows then return nil end
  local row = {}
  for _, name in ipairs(frame._names) do
    local value, categories = frame._columns[name][i], frame._categories[name]
    if categories then value = categories[value] or nan end
    row[name] = value
  end
  return row
end

function Frame.__index(frame, key)
  if type(key) == "string" then
    if Frame[key] ~= nil then return Frame[key] end
    return rawget(frame, "_columns")[key] or missing_column(frame, key)
  end
  if lab.is_tensor(key) then return Frame.filter(frame, key) end
  if type(key) == "table" then
    if type(key[1]) == "string" then return Frame.select(frame, key) end
    return Frame.take(frame, key)
  end
  if math.type(key) == "integer" then return row_of(frame, key) end
  if type(key) == "boolean" then
    fail('frame: == gives one boolean in Lua; a mask of the rows is frame.age:eq(30), frame.age:gt(30) or '
      .. 'frame:isin("sex", "male")')
  end
  fail("frame: columns' names, rows' positions or a mask expected, got %s", type(key))
end

function Frame.__newindex(frame, name, value)
  if type(name) ~= "string" then fail("frame: a column's name should be a string, got %s", type(name)) end
  if value == nil then remove_column(frame, name)
  else set_column(frame, name, to_column(name, value, #frame._names > 0 and frame._rows or nil)) end
end

-- pairs: the columns in order.
function Frame.__pairs(frame)
  local k = 0
  return function()
    k = k + 1
    local name = frame._names[k]
    return name, name and frame._columns[name]
  end
end

--- The names of the columns in order, as a new list.
-- @treturn {string,...}
-- @example table.concat(data.Frame({b = {1}, a = {2}}):columns(), " ") --> a b
function Frame:columns() return table.move(self._names, 1, #self._names, 1, {}) end

--- One column, also where its name is that of a method.
-- @tparam string name
-- @treturn tensor (N), the frame's own
-- @example data.Frame{head = {1, 2}}:column("head") --> [1, 2]
function Frame:column(name) return self._columns[name] or missing_column(self, name) end

--- The texts of a text column's codes: code k stands for categories[k].  They are sorted by bytes.
-- @tparam string name
-- @treturn ?{string,...} nil for a column that is not text
-- @example table.concat(data.Frame{pet = {"dog", "cat"}}:categories("pet"), " ") --> cat dog
function Frame:categories(name)
  Frame.column(self, name)
  local list = self._categories[name]
  return list and table.move(list, 1, #list, 1, {})
end

--- A column's values as a list: numbers, booleans, or texts; missing ones are nan.
-- @tparam string name
-- @treturn table
-- @example table.concat(data.Frame{pet = {"dog", "cat"}}:tolist("pet"), " ") --> dog cat
function Frame:tolist(name)
  local values, categories = Frame.column(self, name):tolist(), self._categories[name]
  for i = 1, categories and #values or 0 do values[i] = categories[values[i]] or nan end
  return values
end

-- Names given as arguments or as one list, checked; all names if there are none.
local function names_of(frame, op, ...)
  local first = ...
  if first == nil then return frame._names end
  local names = type(first) == "table" and first or { ... }
  for i, name in ipairs(names) do
    if type(name) ~= "string" then fail("%s: name %d: a column's name expected, got %s", op, i, type(name)) end
    Frame.column(frame, name)
  end
  return names
end

--- A frame of some columns, in this order; they share their tensors with this frame.
-- @param ... names, or one list of names
-- @treturn Frame
-- @example table.concat(data.Frame({a = {1}, b = {2}, c = {3}}):select("c", "a"):columns(), " ") --> c a
function Frame:select(...)
  local out = new({}, {}, {}, self._rows)
  for _, name in ipairs(names_of(self, "frame:select", ...)) do
    set_column(out, name, self._columns[name], self._categories[name])
  end
  out._rows = self._rows
  return out
end

--- A frame without some columns.
-- @param ... names, or one list of names
-- @treturn Frame
-- @example table.concat(data.Frame({a = {1}, b = {2}, c = {3}}):drop("b"):columns(), " ") --> a c
function Frame:drop(...)
  if ... == nil then fail("frame:drop: names of columns expected") end
  local out = Frame.select(self)
  for _, name in ipairs(names_of(self, "frame:drop", ...)) do remove_column(out, name) end
  return out
end

--- A frame with other names for some columns.
-- @tparam table names `{old = "new"}`
-- @treturn Frame
-- @example data.Frame{a = {1}}:rename{a = "age"}.age --> [1]
function Frame:rename(names)
  if type(names) ~= "table" then fail("frame:rename: a table {old = \"new\"} expected, got %s", type(names)) end
  for old, name in pairs(names) do
    Frame.column(self, old)
    if type(name) ~= "string" then fail("frame:rename: the new name of %s should be a string", old) end
  end
  local out = new({}, {}, {}, self._rows)
  for _, old in ipairs(self._names) do
    local name = names[old] or old
    if out._columns[name] then fail('frame:rename: there would be two columns "%s"', name) end
    set_column(out, name, self._columns[old], self._categories[old])
  end
  return out
end

--- The columns side by side, as input of a network.  Text columns give their codes (`get_dummies` makes columns of 0 and
-- 1), booleans 0 and 1, missing values nan.
-- @param[opt] columns names, a list or one string; all without it
-- @tparam[opt] table options `dtype`="float32"
-- @treturn tensor (rows, columns)
-- @treturn {string,...} the names
-- @example (data.Frame({a = {1, 2}, b = {3, 4}}):tensor{"b", "a"}) --> [[3, 1], [4, 2]]
function Frame:tensor(columns, options)
  options = check.options("frame:tensor", options, { "dtype" })
  local names = names_of(self, "frame:tensor", columns)
  if #names == 0 then return lab.zeros(self._rows, 0, { dtype = options.dtype or "float32" }), {} end
  local parts = {}
  for i, name in ipairs(names) do parts[i] = self._columns[name]:to(options.dtype or "float32") end
  return lab.stack(parts, 2), table.move(names, 1, #names, 1, {})
end

return { Frame = Frame, new = new, is_frame = is_frame, names_of = names_of, set_column = set_column,
  to_column = to_column, encode = encode, nan = nan }
