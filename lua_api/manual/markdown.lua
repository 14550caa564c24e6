-- markdown.lua: the whole manual as a folder of Markdown pages: index.md, a page for each module, each family of operators,
-- each topic, with links between them.
local core = require "core"
local manual = require "manual"
local pages = require "pages"
local terminal = require "terminal"

local markdown = {}

-- The file that a page is in, and its place there.
local function slug(text)
  return (text:lower():gsub("[^%w _-]", ""):gsub(" ", "-"))
end

local function file_of_group(name) return slug(name:gsub("%.", "-")) .. ".md" end
local function file_of_chapter(name) return "lab-" .. slug(name) .. ".md" end
local function file_of_topic(name) return "topic-" .. slug(name) .. ".md" end

local function file_of(entry)
  return entry.chapter and file_of_chapter(entry.chapter) or file_of_group(entry.group)
end

-- The place of each entry in its file, as GitHub makes it of a heading: of equal ones the second is name-1.
local places = {}
do
  local seen = {}
  for _, entry in ipairs(pages.entries) do
    local place = slug(entry.name)
    local full = file_of(entry) .. "#" .. place
    places[entry] = seen[full] and ("%s-%d"):format(place, seen[full]) or place
    seen[full] = (seen[full] or 0) + 1
  end
end

local function link_to(entry) return ("%s#%s"):format(file_of(entry), places[entry]) end

local function escape(text) return (text:gsub("[|<*_]", "\\%0")) end

-- Text with its `code` kept, a link where that is a name of the manual, and the rest escaped.
local function text_of(text)
  local parts, at = {}, 1
  for before, code, after in text:gmatch("([^`]*)`([^`]*)`()") do
    local entry = pages.by_name[code]
    parts[#parts + 1] = escape(before) .. (entry and ("[`%s`](%s)"):format(code, link_to(entry)) or ("`%s`"):format(code))
    at = after
  end
  return table.concat(parts) .. escape(text:sub(at))
end

local function add_blocks(out, list, level)
  for _, block in ipairs(list) do
    if block.kind == "heading" then out[#out + 1] = ("\n%s %s\n"):format(("#"):rep(level), block.text)
    elseif block.kind == "code" then out[#out + 1] = ("\n```lua\n%s\n```\n"):format(block.text)
    elseif block.kind == "shown" then out[#out + 1] = ("\n```text\n%s\n```\n"):format(block.text)
    elseif block.kind == "item" then out[#out + 1] = "* " .. text_of(block.text)
    else out[#out + 1] = "\n" .. text_of(block.text) .. "\n" end
  end
end

local function add_list(out, title, list)
  if #list == 0 then return end
  out[#out + 1] = ("\n**%s**\n"):format(title)
  for _, text in ipairs(list) do out[#out + 1] = "* " .. text_of(text) end
end

-- A name of another page, as a link where there is one.
local function link(name)
  local entry = pages.by_name[name]
  if entry then return ("[%s](%s)"):format(escape(name), link_to(entry)) end
  local topic = name:gsub("^the topic ", "")
  if pages.topics[topic] then return ("[%s](%s)"):format(escape(name), file_of_topic(topic)) end
  local word = name:match('^moonlab doc "?(.-)"?$')
  if word and pages.chapters[word] then return ("[%s](%s)"):format(escape(word), file_of_chapter(word)) end
  if word and pages.groups[word] then return ("[%s](%s)"):format(escape(word), file_of_group(word)) end
  return escape(name)
end

local function add_record(out, entry)
  local record = entry.record()
  out[#out + 1] = ("\n### %s\n\n```lua\n%s\n```\n"):format(escape(entry.name), table.concat(record.signature, "\n"))
  out[#out + 1] = text_of(record.summary or "") .. "\n"
  add_blocks(out, record.body, 4)
  if #record.params > 0 then
    out[#out + 1] = "\n| argument | |\n|---|---|"
    for _, p in ipairs(record.params) do
      out[#out + 1] = ("| `%s` | %s |"):format(p.name, text_of(terminal.argument_text(p)))
    end
  end
  add_list(out, "Returns", record.returns)
  if record.dtypes then out[#out + 1] = "\n**Dtypes** " .. table.concat(record.dtypes, " ") end
  add_list(out, "Errors", record.errors)
  if record.formulas then
    out[#out + 1] = ("\n**Formula**\n\n```text\n%s\n```"):format(table.concat(record.formulas, "\n"))
  end
  if #record.examples > 0 then
    out[#out + 1] = ("\n**Example**\n\n```lua\n%s\n```"):format(table.concat(record.examples, "\n"))
  end
  local see = {}
  for i, name in ipairs(manual.see_also(entry, record)) do see[i] = link(name) end
  if #see > 0 then out[#out + 1] = "\nSee also " .. table.concat(see, ", ") end
end

local function page(title, body, entries)
  local out = { ("# %s\n\n[The manual](index.md)\n"):format(escape(title)) }
  add_blocks(out, body, 2)
  if #entries > 0 then
    out[#out + 1] = "\n| name | |\n|---|---|"
    for _, entry in ipairs(entries) do
      out[#out + 1] = ("| [%s](#%s) | %s |"):format(escape(entry.name), places[entry], text_of(entry.record().summary or ""))
    end
    for _, entry in ipairs(entries) do add_record(out, entry) end
  end
  return table.concat(out, "\n") .. "\n"
end

local function index()
  local out = { ("# moonlab %s: the manual\n"):format(core.version) }
  out[#out + 1] = "Made by `make doc` from what `moonlab doc` shows.\n\n## Topics\n"
  for _, topic in ipairs(pages.topics) do
    out[#out + 1] = ("* [%s](%s)"):format(escape(topic.summary), file_of_topic(topic.name))
  end
  local function add_names(file, title, entries)
    local names = {}
    for _, entry in ipairs(entries) do
      local method = entry.name:find(".:") and entry.group ~= "Tensor"
      if not entry.inner and not method then names[#names + 1] = ("[%s](%s)"):format(escape(entry.name), link_to(entry)) end
    end
    out[#out + 1] = ("* [%s](%s): %s"):format(escape(title), file, table.concat(names, ", "))
  end
  out[#out + 1] = "\n## lab\n"
  for _, chapter in ipairs(pages.chapters) do add_names(file_of_chapter(chapter.name), chapter.name, chapter.entries) end
  out[#out + 1] = "\n## Modules\n"
  for _, group in ipairs(pages.groups) do
    if group.name ~= "lab" then add_names(file_of_group(group.name), group.name, group.entries) end
  end
  return table.concat(out, "\n") .. "\n"
end

-- Writes a file whole or not at all.
local function write(path, text)
  local file, message = io.open(path .. ".new", "w")
  if not file then return message end
  file:write(text)
  local ok
  ok, message = file:close()
  if ok then ok, message = os.rename(path .. ".new", path) end
  return not ok and message or nil
end

function markdown.write(folder)
  local files = { ["index.md"] = index() }
  for _, topic in ipairs(pages.topics) do files[file_of_topic(topic.name)] = page(topic.summary, topic.body, {}) end
  for _, chapter in ipairs(pages.chapters) do
    local title, body = manual.chapter_page(chapter.name)
    files[file_of_chapter(chapter.name)] = page(title, body, chapter.entries)
  end
  for _, group in ipairs(pages.groups) do
    if group.name ~= "lab" then
      local title, body = manual.group_page(group.name)
      files[file_of_group(group.name)] = page(title, body, group.entries)
    end
  end
  local n = 0
  for name, text in pairs(files) do
    local message = write(folder .. "/" .. name, (text:gsub("\n\n\n+", "\n\n")))
    if message then return message, false end
    n = n + 1
  end
  return ("%s/index.md and %d pages\n"):format(folder, n - 1), true
end

return markdown
