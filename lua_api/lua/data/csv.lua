--- Tables of numbers as text.
-- @module data.csv

local check = require "data.check"
local files = require "lab.files"

--- Reads the numbers of a CSV file, gzipped or not.  Empty fields, NA, N/A, NaN and null become nan.
-- @tparam string path
-- @tparam[opt] table options
--   `header`: is the first line one? without it: if none of its fields is a number or empty;
--   `delimiter`="," ("\t" for a path that ends in .tsv); `dtype`="float32";
--   `columns`: those to keep, a list of names and positions; `missing`: a list of further texts that mean nan
-- @treturn tensor (rows, columns)
-- @treturn ?{string,...} the columns' names; nil if the file has no header
-- @example (pcall(data.csv, "nowhere.csv")) --> false
local function csv(path, options)
  check.path("data.csv", path)
  options = check.options("data.csv", options, { "header", "delimiter", "dtype", "columns", "missing" })
  local delimiter = options.delimiter or path:find("%.tsv$") and "\t" or ","
  if type(delimiter) ~= "string" or #delimiter ~= 1 or delimiter:find('["\r\n%z]') then
    error("data.csv: delimiter should be one character, not a quote or a line's end", 2)
  end
  for _, name in ipairs { "columns", "missing" } do
    local list = options[name]
    if list ~= nil and (type(list) ~= "table" or #list == 0) then
      error(("data.csv: %s should be a list that is not empty"):format(name), 2)
    end
  end
  if options.header ~= nil and type(options.header) ~= "boolean" then
    error("data.csv: header should be true or false", 2)
  end
  local numbers, names = check.read(files.csv, path, {
    header = options.header, delimiter = delimiter, dtype = options.dtype, columns = options.columns,
    missing = options.missing,
  })
  return numbers, names
end

return csv
