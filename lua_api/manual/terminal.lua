-- terminal.lua: pages as lines for a terminal, wrapped to its width.
local core = require "core"

local terminal = {}

local WIDEST = 100 -- lines longer than this are hard to read
local width = math.max(24, math.min(core.columns, WIDEST))
local codes = { bold = "\27[1m", under = "\27[4m", dim = "\27[2m", plain = "\27[0m" }

local function styled(text, style)
  return core.color and style and codes[style] .. text .. codes.plain or text
end

local function columns(text)
  return utf8.len((text:gsub("\27%[%d*m", ""))) or #text
end
terminal.columns = columns

-- The words of a text; what stands in backquotes is bold on a terminal that can.
local function words_of(text)
  local words = {}
  text = text:gsub("`([^`]*)`", function(code)
    return (code:gsub("%S+", function(word) return styled(word, "bold") end))
  end)
  -- A shape such as (N, C, H, W) stays on one line.
  text = text:gsub("%([^()]*%)", function(shape) return #shape <= 24 and shape:gsub(" ", "\1") or nil end)
  for word in text:gmatch("%S+") do words[#words + 1] = (word:gsub("\1", " ")) end
  return words
end

local lines

local function put(line) lines[#lines + 1] = (line:gsub("%s+$", "")) end

-- Wraps text between the columns; the first line begins with `first`.
local function wrap(text, indent, first)
  local line, at = first or (" "):rep(indent), first and columns(first) or indent
  local begun = false
  for _, word in ipairs(words_of(text)) do
    local n = columns(word)
    if begun and at + 1 + n > width then
      put(line)
      line, at, begun = (" "):rep(indent), indent, false
    end
    line, at = line .. (begun and " " or "") .. word, at + n + (begun and 1 or 0)
    begun = true
  end
  if begun or first then put(line) end
end

local function heading(text)
  put("")
  put(styled(text, "bold"))
end

local function add_blocks(list, indent)
  local last
  for _, block in ipairs(list) do
    if last and not (last == "item" and block.kind == "item") then put("") end
    if block.kind == "heading" then put(styled(block.text, "bold"))
    elseif block.kind == "code" then
      for line in (block.text .. "\n"):gmatch("(.-)\n") do put((" "):rep(indent + 2) .. line) end
    elseif block.kind == "shown" then
      for line in (block.text .. "\n"):gmatch("(.-)\n") do put(line) end
    elseif block.kind == "item" then wrap(block.text, indent + 2, (" "):rep(indent) .. "• ")
    else wrap(block.text, indent) end
    last = block.kind
  end
end

-- A list of {name, text} in two columns.
local function add_table(rows, least)
  local left = least or 0
  for _, row in ipairs(rows) do if columns(row[1]) <= 28 then left = math.max(left, columns(row[1])) end end
  for _, row in ipairs(rows) do
    local name = "  " .. styled(row[1], row.style)
    local gap = left + 2 - columns(row[1])
    if gap < 2 then
      put(name)
      wrap(row[2], left + 4)
    else
      wrap(row[2], left + 4, name .. (" "):rep(gap))
    end
  end
end

-- Names side by side.
local function add_names(names, indent)
  wrap(table.concat(names, "  "), indent)
end

local function add_examples(examples)
  for _, example in ipairs(examples) do
    for line in (example .. "\n"):gmatch("(.-)\n") do
      local code, result = line:match("^(.-)%s*%-%-> (.*)$")
      if not code then put("  " .. line)
      elseif #line + 2 <= width then put("  " .. code .. styled(" --> " .. result, "dim"))
      else
        put("  " .. code)
        put(styled("    --> " .. result, "dim"))
      end
    end
  end
end

local function argument_text(p)
  local note = p.default and "default " .. p.default or p.optional and "may be left out" or nil
  local parts = { p.type or nil }
  if p.text ~= "" then parts[#parts + 1] = p.text end
  if note then parts[#parts + 1] = note end
  return table.concat(parts, "; ")
end
terminal.argument_text = argument_text

local function add_list(title, list)
  if #list == 0 then return end
  heading(title)
  for _, text in ipairs(list) do wrap(text, 4, "  • ") end
end

-- A page; see (names) comes from manual.lua.
function terminal.page(record, see)
  lines = {}
  for _, line in ipairs(record.signature) do wrap("`" .. line .. "`", 6, "") end
  put("")
  wrap(record.summary or "", 2)
  if #record.body > 0 then
    put("")
    add_blocks(record.body, 2)
  end
  if #record.params > 0 then
    heading("Arguments")
    local rows = {}
    for i, p in ipairs(record.params) do rows[i] = { p.name, argument_text(p), style = "under" } end
    add_table(rows, 8)
  end
  if #record.returns > 0 then
    heading("Returns")
    for _, text in ipairs(record.returns) do wrap(text, 4, "  ") end
  end
  if record.dtypes then
    heading("Dtypes")
    wrap(table.concat(record.dtypes, " "), 2)
  end
  add_list("Errors", record.errors)
  if record.formulas then
    heading("Formula")
    for _, text in ipairs(record.formulas) do wrap(text, 6, "  ") end
  elseif record.gradient ~= nil then
    heading("Gradient")
    wrap(record.gradient and "yes" or "none: the result does not require one", 2)
  end
  if #record.examples > 0 then
    heading(#record.examples == 1 and "Example" or "Examples")
    add_examples(record.examples)
  end
  if #see > 0 then
    heading("See also")
    wrap(table.concat(see, ", "), 2)
  end
  return table.concat(lines, "\n") .. "\n"
end

-- A page of a topic, module, chapter or of everything: a title, blocks, then lists of {title, {name, text}, …} or
-- {title, names={…}}.
function terminal.overview(title, body, lists)
  lines = {}
  wrap(title, 2, core.color and codes.bold or "")
  if core.color then lines[#lines] = lines[#lines] .. codes.plain end
  if #body > 0 then
    put("")
    add_blocks(body, 2)
  end
  for _, list in ipairs(lists) do
    heading(list.title)
    if list.names then add_names(list.names, 2) else add_table(list, 8) end
  end
  return table.concat(lines, "\n") .. "\n"
end

return terminal
