-- ldoc.lua: one LDoc comment as a record of the manual (manual.lua says what is in one).
local blocks = require "blocks"
local ldoc = {}

-- The comment's lines without dashes.
local function lines_of(text)
  local lines = {}
  for line in text:gmatch("[^\n]+") do
    lines[#lines + 1] = (line:gsub("^%s*%-%-+", ""):gsub("^ ", ""):gsub("%s+$", ""))
  end
  return lines
end

-- "[opt=2]" after a tag: is it optional, and its default.
local function modifier(tag)
  local inside = tag:match("%[(.*)%]$")
  if not inside or not inside:find("^opt") then return false, nil end
  return true, inside:match("^opt=(.*)$")
end

local readers = {}

function readers.tparam(record, tag, text)
  local optional, default = modifier(tag)
  local type, name, what = text:match("^(%S+)%s+(%S+)%s*(.*)$")
  if not type then type, name, what = nil, text, "" end
  record.params[#record.params + 1] = { name = name, type = type, text = what, optional = optional, default = default }
end

function readers.param(record, tag, text)
  local optional, default = modifier(tag)
  local name, what = text:match("^(%S+)%s*(.*)$")
  record.params[#record.params + 1] = { name = name or text, text = what or "", optional = optional, default = default }
end

readers["return"] = function(record, _, text) record.returns[#record.returns + 1] = text end

function readers.treturn(record, _, text)
  local type, what = text:match("^(%S+)%s*(.*)$")
  type = (type or text):gsub("^%?", "")
  local may = text:find("^%?") and "nil or a " or ""
  record.returns[#record.returns + 1] = what and what ~= "" and ("%s%s: %s"):format(may, type, what) or may .. type
end

function readers.raise(record, _, text) record.errors[#record.errors + 1] = text end

function readers.example(record, _, text, lines)
  local code = text ~= "" and { text } or {}
  for _, line in ipairs(lines) do code[#code + 1] = line end
  record.examples[#record.examples + 1] = table.concat(code, "\n")
end

function readers.see(record, _, text)
  for name in text:gmatch("[^,%s]+") do record.see[#record.see + 1] = name end
end

readers["local"] = function(record) record.private = true end
readers["function"] = function(record) record.kind = "function" end
function readers.class(record) record.kind = "class" end
function readers.field(record) record.kind = "field" end
function readers.module(record) record.kind = "module" end

function readers.command(record, _, text)
  record.kind, record.command = "command", text:match("^%S+(.*)$")
end

-- A tag with the lines after it.
local function finish(record, tag, text, lines)
  local reader = readers[tag:match("^%a+")]
  if not reader then return end
  local words = { text }
  if tag ~= "example" then
    for _, line in ipairs(lines) do if line ~= "" then words[#words + 1] = line:match("^%s*(.*)") end end
    text, lines = table.concat(words, " "), {}
  else
    while lines[#lines] == "" do lines[#lines] = nil end
  end
  reader(record, tag, text, lines)
end

-- Reads doc, {name=, module=, text=, arguments=}, into a record.
function ldoc.read(doc)
  local record = {
    name = doc.name, module = doc.module, arguments = doc.arguments, kind = doc.arguments and "function" or "value",
    params = {}, returns = {}, errors = {}, examples = {}, see = {},
  }
  local body, tag, text, rest = {}, nil, nil, nil
  for _, line in ipairs(lines_of(doc.text)) do
    local new, after = line:match("^@(%a+%[?[^%]%s]*%]?)%s*(.*)$")
    if new then
      if tag then finish(record, tag, text, rest) end
      tag, text, rest = new, after, {}
    elseif tag then
      rest[#rest + 1] = line
    else
      body[#body + 1] = line
    end
  end
  if tag then finish(record, tag, text, rest) end
  record.body = blocks.parse(body)
  return record
end

-- Takes the first sentence out of a record's body, as its summary.
function ldoc.summarize(record)
  local first = record.body[1]
  if not first or first.kind ~= "text" then return end
  local left
  record.summary, left = blocks.first_sentence(first.text)
  if left == "" then table.remove(record.body, 1) else first.text = left end
end

return ldoc
