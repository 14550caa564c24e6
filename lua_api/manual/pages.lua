-- pages.lua: all names of the manual, and how one is found.
--
-- An entry is {name=, kind=, group=, chapter=, record()}; a group (a module, the tensor's methods, the commands) has a
-- page of its own, and so has a chapter of lab.  The names of entries are those that people write: lab.sum, nn.Linear,
-- nn.Module:to, Tensor:item, Tensor.shape, "moonlab run", :time.
local core = require "core"
local blocks = require "blocks"
local ldoc = require "ldoc"
local operators = require "operators"

local pages = { entries = {}, by_name = {}, groups = {}, chapters = {}, topics = {}, modules = {} }

local function chapter_of(module)
  return (module:gsub("^lab%.", ""):gsub("_", " "))
end

-- The part of a name before its first capitalised or last part: nn.Module:to is of nn, nn.init.zeros_ of nn.init.
local function group_of(name)
  if name:find("^moonlab ") then return "moonlab" end
  if name:find("^:") then return "prompt" end
  local group = name:match("^(.-)[.:]%u") or name:match("^(.*)[.:]") or name
  return group
end

local function add(entry)
  entry.group = entry.group or group_of(entry.name)
  if pages.by_name[entry.name] then return end
  local list = pages.entries
  list[#list + 1], pages.by_name[entry.name] = entry, entry
  local group = pages.groups[entry.group]
  if not group then
    group = { name = entry.group, entries = {} }
    pages.groups[entry.group], pages.groups[#pages.groups + 1] = group, group
  end
  group.entries[#group.entries + 1] = entry
  if entry.group ~= "lab" then return end
  local chapter = pages.chapters[entry.chapter]
  if not chapter then
    chapter = { name = entry.chapter, entries = {} }
    pages.chapters[entry.chapter], pages.chapters[#pages.chapters + 1] = chapter, chapter
  end
  chapter.entries[#chapter.entries + 1] = entry
end

-- A function that makes the record when it is first asked for.
local function once(make)
  local record
  return function()
    record = record or make()
    return record
  end
end

-- Is it for the code of moonlab alone?
local function is_private(doc) return doc.text:find("%-%- @local") end

local function add_operators(rows, details)
  for _, row in ipairs(rows) do
    local name = "lab." .. row.name
    add { name = name, kind = "operator", group = "lab", chapter = row.chapter,
      inner = details[name] and is_private(details[name]) or name:find("_backward$") or name:find("_terms$"),
      record = once(function() return operators.read(row, details[name] and ldoc.read(details[name])) end) }
  end
end

local function signature_of(record)
  if record.kind == "field" then return (record.name:gsub("^Tensor%.", "x.")) end
  local name = record.name:gsub("^Tensor:", "x:")
  if record.command then return name .. record.command end
  if record.kind == "class" or record.kind == "function" or #record.params > 0 then
    local names = {}
    for i, p in ipairs(record.params) do
      names[i] = p.name .. (p.default and "=" .. p.default or p.optional and "?" or "")
    end
    return ("%s(%s)"):format(name, table.concat(names, ", "))
  end
  return name
end

-- The error that every function with arguments has.
local function add_argument_error(record)
  local typed, options = false, false
  for _, p in ipairs(record.params) do
    typed = typed or p.type ~= nil and p.type ~= "any"
    options = options or p.type == "table" and p.name == "options" or record.kind == "class" and p.optional
  end
  if not typed or record.kind == "command" then return end
  table.insert(record.errors, options and "an argument of another kind; an unknown option name (the message lists the known ones)"
    or "an argument of another kind")
end

local function read_doc(doc)
  local record = ldoc.read(doc)
  ldoc.summarize(record)
  add_argument_error(record)
  record.signature = { signature_of(record) }
  return record
end

local function add_docs(docs)
  local hidden = {}
  for _, doc in ipairs(docs) do
    if doc.name == doc.module and is_private(doc) then hidden[doc.module] = true end
  end
  for _, doc in ipairs(docs) do
    local about_file = doc.text:find("@module")
    if about_file then
      pages.modules[doc.name] = once(function() return read_doc(doc) end)
    elseif not hidden[doc.module] and not is_private(doc) then
      local group = doc.name:find("^lab%.") and "lab" or nil
      if doc.module == "globals" then group, doc.name = "globals", doc.name:gsub("^globals%.", "") end
      local chapter = doc.module == doc.name and "gradients" or chapter_of(doc.module)
      add { name = doc.name, kind = "function", group = group, chapter = group == "lab" and chapter or nil,
        record = once(function() return read_doc(doc) end) }
    end
  end
end

local function add_topics()
  for _, topic in ipairs(core.topics()) do
    local lines = {}
    for line in (topic.text .. "\n"):gmatch("(.-)\n") do lines[#lines + 1] = line end
    topic.body = blocks.parse(lines)
    local title = table.remove(topic.body, 1)
    topic.title = title.text
    topic.summary = title.text:match("^%a+: (.*)$") or title.text
    pages.topics[topic.name] = topic
    pages.topics[#pages.topics + 1] = topic
  end
end

-- In the order in which a newcomer reads; what is not named here follows.
local order = {}
for i, name in ipairs { "language", "indexing", "dtypes", "broadcasting", "gradients", "training", "random", "devices", "memory", "saving",
  "pictures", "errors", "notebooks", "lab", "Tensor", "nn", "nn.functional", "nn.init", "nn.utils", "optim", "data", "metrics", "plot", "globals",
  "moonlab", "prompt" } do order[name] = i end

local function arrange(list)
  for i, item in ipairs(list) do item.place = order[item.name] or order[item.name:match("^[^.]*")] or i + 100 end
  table.sort(list, function(a, b)
    if a.place ~= b.place then return a.place < b.place end
    return a.name < b.name
  end)
end

-- ---- finding ------------------------------------------------------------------------------------------------

local function without_mark(name) return name:match("^(.+[^_])_$") end

local function of_lab(name)
  local entry = pages.by_name["lab." .. name]
  if entry then return entry end
  local base = without_mark(name)
  entry = base and pages.by_name["lab." .. base]
  if entry and entry.kind == "operator" and entry.record().row.inplace then return entry end
end

local function last_part(name) return name:match("[.: ]([^.: ]+)$") or name end

-- "Linear" or "linear_" finds "linear": for names that differ in their writing alone.
local function fold(name) return (last_part(name):lower():gsub("_", "")) end

-- Functions and classes come before methods, unless a method is asked for, and modules' methods before those of
-- other objects.
local function by_last_part(name, method)
  local best, least
  for _, entry in ipairs(pages.entries) do
    if last_part(entry.name) == name then
      local rank = not entry.name:find(".:") and (method and 4 or 1) or entry.name:find("^nn%.Module:") and 2 or 3
      if not best or rank < least then best, least = entry, rank end
    end
  end
  return best
end

local function of_method(name)
  local method = name:match("^[%a_][%w_.]*[:.]([%w_]+)$")
  if not method then return nil end
  if name:find("^nn%.functional%.") then return of_lab(method) end
  local object = name:match("^([^:.]*)")
  local is_module = pages.groups[object] and object ~= "Tensor"
  if is_module then
    local shorter = name:match("^[%w_]+%.%u[%w_]*:([%w_]+)$") -- nn.Linear:to is nn.Module:to
    return shorter and (pages.by_name[object .. ".Module:" .. shorter] or nil)
  end
  return pages.by_name["Tensor:" .. method] or pages.by_name["Tensor." .. method] or of_lab(method) or
    by_last_part(method, name:find(":", 1, true) ~= nil)
end

-- Signs of the language.
local signs = { ["+"] = "add", ["-"] = "sub", ["*"] = "mul", ["/"] = "div", ["//"] = "floor_divide", ["%"] = "remainder", ["^"] = "pow",
  ["&"] = "bitwise_and", ["|"] = "bitwise_or", ["~"] = "bitwise_not", ["<"] = "lt", ["<="] = "le", [">"] = "gt", [">="] = "ge",
  ["=="] = "eq", ["~="] = "ne", ["@"] = "matmul" }

-- The entry of NAME as people write it, or nil.
function pages.find(name)
  if signs[name] then name = signs[name] end
  return pages.by_name[name] or of_lab(name:gsub("^lab[.:]", "")) or pages.by_name["Tensor:" .. name] or
    pages.by_name["Tensor." .. name] or of_method(name)
end

-- The same, by its last part alone: "Linear", "run", or "nn.linear.Linear", as a file of nn calls it.
function pages.find_part(name)
  local entry = pages.by_name["moonlab " .. name] or by_last_part(name)
  if entry then return entry end
  entry = by_last_part(last_part(name))
  return entry and entry.group == name:match("^[^.:]*") and entry or nil
end

-- The module of that last part: "lr_scheduler".
function pages.find_group(name)
  for _, group in ipairs(pages.groups) do if last_part(group.name) == name then return group.name end end
end

-- Other entries whose names are written nearly alike: lab.softmax and nn.Softmax.
function pages.namesakes(name)
  local wanted, list = fold(name), {}
  for _, entry in ipairs(pages.entries) do
    local other = fold(entry.name)
    if entry.name ~= name and (other == wanted or other == wanted .. "loss" or other .. "loss" == wanted) then
      list[#list + 1] = entry.name
    end
  end
  return list
end

-- The name that is nearest to one that is not there; nil if none is near.
function pages.nearest(name)
  local list, shown = {}, {}
  local function try(candidate, full)
    list[#list + 1], shown[candidate] = candidate, shown[candidate] or full
  end
  for _, entry in ipairs(pages.entries) do
    local last = last_part(entry.name)
    try(last, entry.group == "lab" and last or entry.name)
    try(entry.name, entry.name)
  end
  for _, named in ipairs { pages.topics, pages.groups, pages.chapters } do
    for _, item in ipairs(named) do try(item.name, item.name) end
  end
  return shown[core.nearest(name, list)]
end

-- ---- all --------------------------------------------------------------------------------------------------

local all_docs, details = core.docs(), {}
pages.docs = all_docs
do
  local rows, is_row = core.operators(), {}
  for _, row in ipairs(rows) do is_row["lab." .. row.name] = true end
  local others = {}
  for _, doc in ipairs(all_docs) do
    if is_row[doc.name] and not doc.text:find("@module") then details[doc.name] = doc else others[#others + 1] = doc end
  end
  add_operators(rows, details)
  add_docs(others)
  add_topics()
  arrange(pages.topics)
  arrange(pages.groups)
end

return pages
