--- Checked arguments and plain errors, for the modules of data.
-- @module data.check

local check = {}

--- The options table, or an empty one; an error lists the known names for an unknown one.
-- @tparam string op how the message calls the function
-- @tparam[opt] table options as the caller gave them
-- @tparam {string,...} known the names that may be there
-- @tparam[opt=3] number level whose line the message names
-- @example require("data.check").options("f", {a=1}, {"a"}).a --> 1
function check.options(op, options, known, level)
  level = level or 3
  if options == nil then return {} end
  if type(options) ~= "table" then
    error(("%s: options should be a table, got %s"):format(op, type(options)), level)
  end
  local names = {}
  for _, name in ipairs(known) do names[name] = true end
  for name in pairs(options) do
    if not names[name] then
      error(("%s: unknown option '%s' (options: %s)"):format(op, tostring(name), table.concat(known, ", ")), level)
    end
  end
  return options
end

--- Calls a reader and raises its error as one of the caller's caller.
-- @tparam function reader of the module lab.files
-- @param ... its arguments
-- @return what the reader returns
function check.read(reader, ...)
  local results = table.pack(pcall(reader, ...))
  if not results[1] then error(results[2], 3) end
  return table.unpack(results, 2, results.n)
end

--- A path, which must be a string that is not empty.
-- @tparam string op how the message calls the function
-- @param path as the caller gave it
-- @example require("data.check").path("f", "a.csv") --> a.csv
function check.path(op, path)
  if type(path) ~= "string" or path == "" then
    error(("%s: a path expected, got %s"):format(op, path == "" and "an empty string" or type(path)), 3)
  end
  return path
end

return check
