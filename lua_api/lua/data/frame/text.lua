--- Frames as text: a table for the eye, and CSV.
-- @module data.frame.text

local check = require "data.check"
local class = require "data.frame.class"
local console = require "lab.console"
local files = require "lab.files"
local Frame = class.Frame

local MOST_ROWS, EDGE = 20, 5 -- longer frames are shown by so many rows of both ends
local WIDEST = 32             -- columns that a text takes at most

-- ---- cells of a column -----------------------------------------------------------------------------------------------

-- The format of a column's numbers: as many decimals as they need, but four at most, and of more than two no more than
-- the largest number has seven digits with; very large and small ones with exponents.
local function number_format(values)
  local most, least, decimals = 0, math.huge, 0
  for _, v in ipairs(values) do
    if v == v and v ~= 0 and v ~= math.huge and v ~= -math.huge then
      local size = math.abs(v)
      most, least = math.max(most, size), math.min(least, size)
      local zeros = #("%.4f"):format(v):match("%.?0*$")
      decimals = math.max(decimals, 4 - math.min(zeros, 4))
    end
  end
  if most >= 1e10 or least < 1e-3 then return "%.4e" end
  if decimals > 2 then decimals = math.min(decimals, math.max(2, 7 - #("%.0f"):format(most))) end
  return "%." .. decimals .. "f"
end

-- The column's cells for the rows at `places` as texts, and whether they are right-aligned.
local function cells_of(frame, name, places)
  local categories = frame._categories[name]
  local values, cells = frame._columns[name]:index_select(1, places):tolist(), {}
  local format = math.type(values[1]) == "float" and not categories and number_format(values)
  for i, value in ipairs(values) do
    if value ~= value then cells[i] = "nan"
    elseif categories then cells[i] = console.cut(categories[math.tointeger(value)], WIDEST)
    elseif format then cells[i] = format:format(value)
    else cells[i] = tostring(value) end
  end
  return cells, not categories
end

local function pad(text, width, right)
  local space = (" "):rep(width - console.columns(text))
  return right and space .. text or text .. space
end

-- A column as a list of equally wide lines, its name first.
local function column_of(name, cells, right)
  local head = console.cut(name, WIDEST)
  local width = console.columns(head)
  for _, cell in ipairs(cells) do width = math.max(width, console.columns(cell)) end
  local lines = { pad(head, width, right) }
  for i, cell in ipairs(cells) do lines[i + 1] = pad(cell, width, right) end
  return { lines = lines, width = width }
end

-- ---- the table -------------------------------------------------------------------------------------------------------

-- Which columns fit beside each other: how many from the left and from the right; those between give way to "…".
local function choose(parts, room)
  local total = 0
  for _, part in ipairs(parts) do total = total + part.width + 2 end
  if total <= room then return #parts, 0 end
  local left, right, used = 0, 0, 3
  while left + right < #parts do
    local from_left = left <= right
    local part = from_left and parts[left + 1] or parts[#parts - right]
    if used + part.width + 2 > room then break end
    used = used + part.width + 2
    if from_left then left = left + 1 else right = right + 1 end
  end
  return left, right
end

-- The lines of the columns beside each other; column 0 numbers the rows, or has no width.
local function join(parts, room, gap)
  if parts[0].width == 0 then room = room + 2 end
  local left, right = choose(parts, room - parts[0].width)
  local lines = {}
  for i = 1, #parts[0].lines do
    local line = { parts[0].lines[i] }
    for k = 1, left do line[#line + 1] = parts[k].lines[i] end
    if left + right < #parts then line[#line + 1] = gap end
    for k = #parts - right + 1, #parts do line[#line + 1] = parts[k].lines[i] end
    lines[i] = table.concat(line, "  ", parts[0].width == 0 and 2 or 1):gsub("%s+$", "")
  end
  return lines
end

-- The rows that are shown, and after how many of them others are left out.
local function shown_rows(rows)
  if rows <= MOST_ROWS then return lab.arange(1, rows + 1, { dtype = "int64" }), nil end
  return lab.cat({ lab.arange(1, EDGE + 1, { dtype = "int64" }),
    lab.arange(rows - EDGE + 1, rows + 1, { dtype = "int64" }) }), EDGE
end

-- The table without its size, the rows numbered if `numbered`.
local function table_text(frame, numbered, width, gap)
  local places, cut = shown_rows(frame._rows)
  local labels = {}
  for i, place in ipairs(places:tolist()) do labels[i] = numbered and tostring(place) or "" end
  local parts = { [0] = column_of("", labels, true) }
  for k, name in ipairs(frame._names) do parts[k] = column_of(name, cells_of(frame, name, places)) end
  local lines = join(parts, width, gap)
  if cut then table.insert(lines, cut + 2, pad(gap, parts[0].width, true)) end
  return table.concat(lines, "\n")
end

function Frame.__tostring(frame)
  local _, width, utf8 = console.terminal()
  local gap, times = utf8 and "…" or ".", utf8 and "×" or "x"
  local size = ("%d row%s %s %d column%s"):format(frame._rows, frame._rows == 1 and "" or "s", times, #frame._names,
    #frame._names == 1 and "" or "s")
  if #frame._names == 0 then return size end
  local shown = {}
  for i, part in ipairs(rawget(frame, "_shown_as") or { frame }) do
    shown[i] = table_text(part, part == frame, width, gap)
  end
  shown[#shown] = shown[#shown] .. "\n" .. size
  return table.concat(shown, "\n\n")
end

-- ---- CSV -------------------------------------------------------------------------------------------------------------

-- The shortest decimal that reads as the same number.
local function shortest(v)
  for digits = 15, 16 do
    local text = ("%." .. digits .. "g"):format(v)
    if tonumber(text) == v then return text end
  end
  return ("%.17g"):format(v)
end

local function quoted(text, delimiter)
  if text:find('["\r\n]') or text:find(delimiter, 1, true) or text:find("^%s") or text:find("%s$") or text == "" then
    return '"' .. text:gsub('"', '""') .. '"'
  end
  return text
end

local function csv_cells(frame, name, delimiter)
  local values, categories, texts = frame._columns[name]:tolist(), frame._categories[name], {}
  for k, text in ipairs(categories or {}) do texts[k] = quoted(text, delimiter) end
  for i, value in ipairs(values) do
    if value ~= value then values[i] = ""
    elseif categories then values[i] = texts[value]
    elseif math.type(value) == "float" then values[i] = shortest(value)
    elseif type(value) == "boolean" then values[i] = value and "True" or "False" end
  end
  return values
end

--- Writes the frame as CSV with a header; missing values are empty, numbers read back as they were.
-- @tparam string path
-- @tparam[opt] table options `delimiter`="," ("\t" for a path that ends in .tsv)
-- @example (pcall(data.Frame{a = {1}}.to_csv, data.Frame{a = {1}}, "/nowhere/a.csv")) --> false
-- @treturn nil
function Frame:to_csv(path, options)
  check.path("frame:to_csv", path)
  options = check.options("frame:to_csv", options, { "delimiter" })
  local delimiter = check.delimiter("frame:to_csv", path, options.delimiter)
  local columns, lines = {}, {}
  for k, name in ipairs(self._names) do columns[k] = csv_cells(self, name, delimiter) end
  local head = {}
  for k, name in ipairs(self._names) do head[k] = quoted(name, delimiter) end
  lines[1] = table.concat(head, delimiter)
  for i = 1, self._rows do
    local line = {}
    for k, cells in ipairs(columns) do line[k] = cells[i] end
    lines[i + 1] = #columns == 1 and line[1] == "" and '""' or table.concat(line, delimiter)
  end
  lines[#lines + 1] = ""
  check.read(files.write, path, table.concat(lines, "\n"))
end

return Frame
