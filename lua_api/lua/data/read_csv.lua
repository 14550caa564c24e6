--- CSV files as frames.
-- @module data.read_csv

local check = require "data.check"
local class = require "data.frame.class"
local files = require "lab.files"
require "data.frame"

-- The name of column k: the header's, with a number after it if an earlier one is the same (as pandas), or "column2".
local function name_of(taken, name, k)
  if name == nil or name == "" then name = "column" .. k end
  local unique, n = name, 0
  while taken[unique] do
    n = n + 1
    unique = name .. "." .. n
  end
  taken[unique] = true
  return unique
end

local function check_lists(options)
  for _, name in ipairs { "columns", "missing", "names" } do
    local list = options[name]
    if list ~= nil and (type(list) ~= "table" or #list == 0) then
      error(("data.read_csv: %s should be a list that is not empty"):format(name), 3)
    end
  end
  for i, name in ipairs(options.names or {}) do
    if type(name) ~= "string" then error(("data.read_csv: name %d should be a string"):format(i), 3) end
  end
  if options.header ~= nil and type(options.header) ~= "boolean" then
    error("data.read_csv: header should be true or false", 3)
  end
end

--- Reads a CSV file, gzipped or not, into a frame: named columns, each a 1-D tensor.
--
-- A column's values decide its dtype, as in pandas: whole numbers are int64, other numbers float64, True and False bool,
-- all else is text: codes from 1 of the sorted texts, which `frame:categories(name)` lists.  Empty fields and NA, N/A,
-- NaN, null, None … are missing: nan, in a float64 column.  Dates are text.  Quotes, delimiters and line ends inside
-- quotes, CRLF and a byte order mark are understood.  An error names the line and the column; the file must be UTF-8,
-- and each row must have as many fields as the first.
-- @tparam string path
-- @tparam[opt] table options `header`: is the first line one? without it: if none of its fields is a number (columns
--   without a name are called column1, column2 …); `delimiter`="," ("\t" for a path that ends in .tsv); `columns`: those
--   to keep, a list of names and positions; `names`: a list of names for the columns that are kept, instead of the
--   header's; `missing`: a list of further texts that mean nan; `dtype`="float64": the dtype of numbers with fractions or
--   missing values, or a table `{zip="text", age="float32"}` of what some columns shall be: a tensor's dtype or "text"
-- @treturn Frame
-- @example (pcall(data.read_csv, "nowhere.csv")) --> false
local function read_csv(path, options)
  check.path("data.read_csv", path)
  options = check.options("data.read_csv", options, { "header", "delimiter", "columns", "names", "missing", "dtype" })
  local delimiter = check.delimiter("data.read_csv", path, options.delimiter)
  check_lists(options)
  local list, rows = check.read(files.csv, path, {
    header = options.header, delimiter = delimiter, dtype = options.dtype, columns = options.columns,
    missing = options.missing,
  })
  local names, taken = options.names, {}
  if names and #names ~= #list then
    error(("data.read_csv: %d names for %d columns"):format(#names, #list), 2)
  end
  local frame = class.new({}, {}, {}, rows)
  for k, column in ipairs(list) do
    class.set_column(frame, name_of(taken, names and names[k] or column.name, k), column.values, column.categories)
  end
  return frame
end

return read_csv
