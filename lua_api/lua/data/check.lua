--- Checked arguments and plain errors, for the modules of data.
-- @local
-- @module data.check

local nearest = require("nn.options").nearest

local check = {}
local getinfo = debug.getinfo

--- Raises an error at the line of the user's code that called into our modules.
-- @tparam string message
-- @param ... for string.format
-- @example select(2, pcall(require("data.check").fail, "%d", 3)):match("%d$") --> 3
function check.fail(message, ...)
  local level = 2
  local info = getinfo(level, "S")
  while info and (info.what == "C" or info.source:find("=(moonlab ", 1, true) == 1) do
    level = level + 1
    info = getinfo(level, "S")
  end
  error(select("#", ...) > 0 and message:format(...) or message, level)
end

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
      local near = nearest(tostring(name), known)
      error(("%s: unknown option '%s'%s (options: %s)"):format(op, tostring(name), near and ("; did you mean '" .. near .. "'?") or "",
        #known > 0 and table.concat(known, ", ") or "none"), level)
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

--- A delimiter of CSV: the given one, or the usual one for the path.
-- @tparam string op how the message calls the function
-- @tparam string path
-- @param[opt] delimiter as the caller gave it
-- @example require("data.check").delimiter("f", "a.tsv") == "\t" --> true
function check.delimiter(op, path, delimiter)
  if delimiter == nil then return path:find("%.tsv$") and "\t" or "," end
  if type(delimiter) ~= "string" or #delimiter ~= 1 or delimiter:find('["\r\n%z]') then
    check.fail("%s: delimiter should be one character, not a quote or a line's end", op)
  end
  return delimiter
end

return check
