-- manual.lua: what the manual can be asked; every function takes a word or nothing and returns a text and true, or a
-- message and false.
--
-- A page is made of a record: signature (lines), summary (a sentence), body (blocks), params {name, type, text, default,
-- optional}, returns, errors, examples, see; of an operator also dtypes, formulas, gradient.
local core = require "core"
local blocks = require "blocks"
local pages = require "pages"
local terminal = require "terminal"

local manual = {}

local function summary_of(entry) return entry.record().summary or "" end

-- What a page points to: what it says itself, names written alike, its family.
local function see_also(entry, record)
  local list, seen = {}, { [entry.name] = true }
  local function add(name)
    if not seen[name] then list[#list + 1], seen[name] = name, true end
  end
  for _, name in ipairs(record.see) do add(name) end
  for i, name in ipairs(pages.namesakes(entry.name)) do if i <= 6 then add(name) end end
  local last = entry.name:match("[^.:]*$")
  if pages.topics[last] then add("the topic " .. last) end
  if pages.chapters[last] then add("moonlab doc " .. last) end
  if entry.chapter then add(("moonlab doc \"%s\""):format(entry.chapter):gsub('"(%a+)"', "%1"))
  elseif entry.group ~= "prompt" then add("moonlab doc " .. entry.group) end
  return list
end
manual.see_also = see_also

-- Names without their module, and what they are.
local function rows_of(entries)
  local rows = { title = "Names" }
  for _, entry in ipairs(entries) do
    local name, group = entry.name, entry.group
    if name:sub(1, #group) == group and #name > #group then name = name:sub(#group + 1):gsub("^[. ]", "") end
    if not entry.inner then rows[#rows + 1] = { name, summary_of(entry) } end
  end
  return rows
end

-- What other operators are made of.
local function inner_names(entries)
  local names = {}
  for _, entry in ipairs(entries) do if entry.inner then names[#names + 1] = entry.name end end
  return #names > 0 and { title = "Parts of others", names = names } or nil
end

-- "Optimisers: each step is …" beside the name of the module.
local function without_name(summary) return summary and (summary:gsub("^%u%l+: ", "")) end

-- Names of chapters and modules without what stands behind them.
local function short_names(entries)
  local names = {}
  for _, entry in ipairs(entries) do
    local name = entry.name:gsub("^moonlab ", "")
    local short = name:find("^:") and name or name:gsub("^Tensor[.:]", ""):match("([^.]*)$")
    if not entry.inner and not short:find(".:") then names[#names + 1] = short end
  end
  return names
end

local function chapter_page(name)
  local chapter, topic = pages.chapters[name], pages.topics[name]
  local intro = pages.modules["lab." .. name:gsub(" ", "_")]
  local record = intro and intro()
  local title = topic and topic.title or ("lab: %s"):format(name)
  local body = {}
  if record then
    body[1] = { kind = "text", text = record.summary .. "." }
    table.move(record.body, 1, #record.body, 2, body)
  end
  if topic then table.move(topic.body, 1, #topic.body, #body + 1, body) end
  local lists = {}
  if chapter then
    lists[1], lists[2] = rows_of(chapter.entries), inner_names(chapter.entries)
  end
  return title, body, lists
end

local group_titles = { Tensor = "Tensor: methods and fields of tensors that are not operators of lab",
  moonlab = "moonlab: commands and options", prompt = "The prompt: commands of moonlab repl" }

local function group_page(name)
  local group, module = pages.groups[name], pages.modules[name]
  local record = module and module()
  local title = record and name .. ": " .. (without_name(record.summary) or "") or group_titles[name] or name
  local lists = { rows_of(group.entries) }
  for _, other in ipairs(pages.groups) do
    if other.name:sub(1, #name + 1) == name .. "." then
      lists[#lists + 1] = { title = other.name, names = short_names(other.entries) }
    end
  end
  return title, record and record.body or {}, lists
end

manual.chapter_page, manual.group_page = chapter_page, group_page

-- ---- what is asked ----------------------------------------------------------------------------------------

-- The map of the manual.
function manual.overview()
  local topics = { title = "Topics" }
  for i, topic in ipairs(pages.topics) do topics[i] = { topic.name, topic.summary } end
  local lists = { topics }
  for _, chapter in ipairs(pages.chapters) do
    lists[#lists + 1] = { title = "lab: " .. chapter.name, names = short_names(chapter.entries) }
  end
  for _, group in ipairs(pages.groups) do
    if group.name ~= "lab" then
      local module = pages.modules[group.name]
      local title = module and module().summary and group.name .. ": " .. without_name(module().summary) or group_titles[group.name] or group.name
      lists[#lists + 1] = { title = title, names = short_names(group.entries) }
    end
  end
  local body = {
    { kind = "item", text = "`moonlab doc NAME` shows a page: sum, x:sum, nn.Linear, nn.Module:to, run" },
    { kind = "item", text = "`moonlab doc nn` lists a module, `moonlab doc reductions` a family, `moonlab doc indexing` explains a topic" },
    { kind = "item", text = "`moonlab doc -k WORD` lists the pages that mention a word" },
    { kind = "item", text = "at the prompt `?NAME` shows the same, and `help(value)` what is known about a value" },
  }
  return terminal.overview(("moonlab %s: the manual"):format(core.version), body, lists), true
end

local function mentions(entry, word)
  local record = entry.record()
  if entry.name:lower():find(word, 1, true) then return 1 end
  if (record.summary or ""):lower():find(word, 1, true) then return 2 end
  local parts = {}
  for _, block in ipairs(record.body) do parts[#parts + 1] = block.text end
  for _, list in ipairs { record.returns, record.errors } do for _, text in ipairs(list) do parts[#parts + 1] = text end end
  for _, p in ipairs(record.params) do parts[#parts + 1] = p.name .. " " .. p.text end
  return table.concat(parts, "\n"):lower():find(word, 1, true) and 3 or nil
end

-- Pages that mention a word: those with it in their names first, then in their sentences, then anywhere.
local function search(word)
  local found = { {}, {}, {} }
  word = word:lower()
  for _, topic in ipairs(pages.topics) do
    if topic.text:lower():find(word, 1, true) then table.insert(found[2], { topic.name, topic.summary }) end
  end
  for _, entry in ipairs(pages.entries) do
    local rank = mentions(entry, word)
    if rank then table.insert(found[rank], { entry.name, summary_of(entry) }) end
  end
  local rows = {}
  for _, list in ipairs(found) do table.move(list, 1, #list, #rows + 1, rows) end
  return rows
end

function manual.search(word)
  local rows = search(word)
  if #rows == 0 then return ("no page mentions '%s'; moonlab doc lists all names"):format(word), false end
  rows.title = #rows == 1 and "1 page" or ("%d pages"):format(#rows)
  return terminal.overview(("Pages that mention '%s'"):format(word), {}, { rows }), true
end

local function unknown(name)
  local near = pages.nearest(name)
  local message = near and ("no help on '%s'; did you mean %s?"):format(name, near)
    or ("no help on '%s'; moonlab doc lists all names"):format(name)
  local names = {}
  for i, row in ipairs(#name >= 3 and search(name) or {}) do if i <= 12 then names[i] = row[1] end end
  if #names > 0 then message = ("%s\npages that mention it: %s"):format(message, table.concat(names, ", ")) end
  return message, false
end

-- A function or table of Lua's own libraries?
local function of_lua(name)
  local value = _G
  for part in name:gmatch("[^.:]+") do
    if type(value) ~= "table" then return nil end
    value = rawget(value, part)
  end
  if value == nil or value == _G then return nil end
  return ("%s is part of Lua: https://www.lua.org/manual/5.4/manual.html#%s%s\n"):format(name,
    type(value) == "table" and "6" or "pdf-", type(value) == "table" and "" or name)
end

local function show(entry)
  local record = entry.record()
  return terminal.page(record, see_also(entry, record)), true
end

-- The page of a name, a module, a family or a topic.
function manual.page(name)
  local asked = name
  name = name:gsub("%(.*$", "")
  if name == "lab" then return manual.overview() end
  if pages.groups[name] then return terminal.overview(group_page(name)), true end
  local entry = pages.find(name)
  if entry then return show(entry) end
  if pages.topics[name] or pages.chapters[name] then return terminal.overview(chapter_page(name)), true end
  local library = of_lua(name)
  if library then return library, true end
  local group = pages.find_group(name)
  if group then return terminal.overview(group_page(group)), true end
  entry = pages.find_part(name)
  if entry then return show(entry) end
  return unknown(asked)
end

-- Writes the whole manual as Markdown into a folder that is there.
function manual.markdown(folder) return require("markdown").write(folder) end

-- ---- for the tests ------------------------------------------------------------------------------------------

-- Every example: name, kind and code of each, separated by zero bytes.
function manual.examples()
  local parts = {}
  for _, entry in ipairs(pages.entries) do
    local record = entry.record()
    for _, code in ipairs(record.examples) do
      parts[#parts + 1] = table.concat({ entry.name, record.command and "command" or record.kind, code }, "\0")
    end
  end
  for _, topic in ipairs(pages.topics) do
    for _, block in ipairs(topic.body) do
      if block.kind == "code" then
        for _, code in ipairs(blocks.examples(block.text)) do
          parts[#parts + 1] = table.concat({ "topic " .. topic.name, "topic", code }, "\0")
        end
      end
    end
  end
  for _, doc in ipairs(pages.docs) do
    if not pages.by_name[doc.name] then
      for _, code in ipairs(require("ldoc").read(doc).examples) do
        parts[#parts + 1] = table.concat({ doc.name, "module", code }, "\0")
      end
    end
  end
  return table.concat(parts, "\0\0"), true
end

-- All names, one a line.
function manual.names()
  local names = {}
  for i, entry in ipairs(pages.entries) do names[i] = entry.name end
  return table.concat(names, "\n"), true
end

-- What the page of a name has: lines of a part's name and its text.
function manual.outline(name)
  local entry = pages.find(name)
  if not entry then return "no page", false end
  local record, lines = entry.record(), {}
  local function add(part, text) lines[#lines + 1] = part .. "\t" .. (text or ""):gsub("\n", " ") end
  add("name", entry.name)
  add("kind", record.kind)
  for _, text in ipairs(record.signature) do add("signature", text) end
  if record.summary and record.summary ~= "" then add("summary", record.summary) end
  if record.arguments then add("arguments", record.arguments) end
  for _, p in ipairs(record.params) do add("argument", p.name .. "\t" .. (p.type or "") .. "\t" .. p.text) end
  for _, text in ipairs(record.returns) do add("returns", text) end
  for _, text in ipairs(record.errors) do add("error", text) end
  for _, text in ipairs(record.examples) do add("example", text) end
  for _, text in ipairs(record.see) do add("see", text) end
  if record.stray then add("stray", record.stray) end
  return table.concat(lines, "\n"), true
end

return manual
