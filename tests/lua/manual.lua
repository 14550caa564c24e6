-- manual.lua: every public name has a page that says what a user needs.
--
-- What a page must have (lua_api/lua_docs.h says how it is written): a signature; one sentence; every argument with its kind,
-- its default, its shape and dtype where it is a tensor; what is returned; the errors that can occur; an example, which
-- tests/examples.lua runs.  The names are found at run time: whatever is in lab, nn, optim, data, metrics and plot, in
-- their tables and classes, in the methods of what they make; the commands and options of `moonlab --help`; the commands
-- of the prompt.  A new class whose objects are made by a call (an optimiser, a loader) is added to `objects` below.

-- ---- names ------------------------------------------------------------------------------------------------

local names, seen = {}, {}
local function add(name)
  if not seen[name] then
    seen[name] = true
    names[#names + 1] = name
  end
end

local function is_public(key) return type(key) == "string" and not key:find("^_") end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do if is_public(key) then keys[#keys + 1] = key end end
  table.sort(keys)
  return keys
end

-- Fields of classes that are not for users to call.
local inside = { init = true, forward = true, extra_repr = true, name = true, super = true, training = true }

local function is_class(value) return type(value) == "table" and rawget(value, "__index") ~= nil end

local function add_class(name, class)
  add(name)
  for _, key in ipairs(sorted_keys(class)) do
    if type(rawget(class, key)) == "function" and not inside[key] then add(name .. ":" .. key) end
  end
end

local function add_table(name, t)
  for _, key in ipairs(sorted_keys(t)) do
    local value, full = t[key], name .. "." .. key
    if is_class(value) then add_class(full, value)
    elseif type(value) == "table" and getmetatable(value) == nil then
      add(full)
      add_table(full, value)
    else add(full) end
  end
end

-- The methods of an object: of its metatable's __index, or of the tables that an __index function looks into.
local function methods_of(object)
  local meta = debug.getmetatable(object)
  local index, tables = meta.__index, {}
  if type(index) == "function" then
    for i = 1, 20 do
      local _, value = debug.getupvalue(index, i)
      if type(value) == "table" and value ~= _G then tables[#tables + 1] = value end
    end
  end
  if type(index) == "table" then tables[1] = index end
  if meta.methods then tables[#tables + 1] = meta.methods end
  local list = {}
  for _, t in ipairs(tables) do
    for _, key in ipairs(sorted_keys(t)) do if type(t[key]) == "function" and not inside[key] then list[#list + 1] = key end end
  end
  return list
end

-- Objects whose classes are not fields of a module.
local set = data.TensorDataset(lab.zeros(4, 2))
local objects = {
  Tensor = lab.zeros(1),
  ["optim.Optimizer"] = optim.SGD({ nn.Parameter(lab.zeros(1)) }),
  ["data.DataLoader"] = data.DataLoader(set),
  ["data.Dataset"] = set,
  ["plot.Figure"] = plot.figure(),
}

-- Methods that are there for other modules.
local internal = { ["data.Dataset:range"] = true, ["data.Dataset:finish"] = true, ["data.DataLoader:gather"] = true }

add_table("lab", lab)
for _, name in ipairs { "help", "show" } do add(name) end
for _, module in ipairs { "nn", "optim", "data", "metrics", "plot" } do
  local t = rawget(_G, module) or _G[module]
  if t then
    add(module)
    add_table(module, t)
  end
end
for class, object in pairs(objects) do
  for _, method in ipairs(methods_of(object)) do
    if not internal[class .. ":" .. method] then add(class .. ":" .. method) end
  end
end
for _, field in ipairs { "shape", "dtype", "device", "ndim", "grad", "requires_grad", "is_leaf" } do add("Tensor." .. field) end

local program = os.getenv("MOONLAB") or "build/moonlab"
local function output_of(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("a")
  pipe:close()
  return text
end

local help = output_of(program .. " --help")
for word in help:gmatch("\n  (%S+)") do add("moonlab " .. word) end
local prompt = io.open("repl/prompt_commands.def")
for word in (prompt and prompt:read("a") or ""):gmatch('\nPROMPT%("(%w+)"') do add(":" .. word) end

-- ---- what a page has ------------------------------------------------------------------------------------------

local function outline(name)
  local text, found = lab._manual("outline", name)
  if not found then return nil end
  local parts = {}
  for line in text:gmatch("[^\n]+") do
    local part, rest = line:match("^(%w+)\t(.*)$")
    parts[part] = parts[part] or {}
    table.insert(parts[part], rest)
  end
  return parts
end

-- The names in "(self, a, b)" of the source.
local function arguments_of(text)
  local list = {}
  for word in text:gmatch("[%w_.]+") do if word ~= "self" and word ~= "_" then list[#list + 1] = word end end
  return list
end

-- What is missing in the outline of a page.
local function missing(page)
  local kind, list = page.kind[1], {}
  local function need(part, what) if not page[part] then list[#list + 1] = what or part end end
  need("signature")
  need("summary")
  if kind == "module" then return list end
  need("example")
  if kind == "field" then
    need("returns", "what it is (@treturn)")
    return list
  end
  for _, argument in ipairs(page.argument or {}) do
    local name, type, text = argument:match("^(.-)\t(.-)\t(.*)$")
    if type == "" and text == "" then list[#list + 1] = ("the kind of argument %s"):format(name) end
  end
  local declared = page.arguments and #arguments_of(page.arguments[1]) or 0
  if declared > 0 and not page.argument then list[#list + 1] = "its arguments " .. page.arguments[1] end
  if kind ~= "command" then need("returns", "what is returned (@treturn)") end
  if page.argument and kind == "operator" then need("error", "errors") end
  if page.stray then list[#list + 1] = "an argument " .. page.stray[1] .. ", of which its comment speaks" end
  return list
end

test("every public name has a page", function()
  local without = {}
  for _, name in ipairs(names) do
    if not outline(name) and not (pcall(lab._manual, "page", name) and select(2, lab._manual("page", name))) then
      without[#without + 1] = name
    end
  end
  eq(table.concat(without, " "), "")
end)

test("every page says what a user needs", function()
  local all = {}
  for name in (lab._manual("names") .. "\n"):gmatch("(.-)\n") do
    local list = missing(outline(name))
    if #list > 0 then all[#all + 1] = ("\n  %s lacks %s"):format(name, table.concat(list, ", ")) end
  end
  eq(#all .. " pages" .. table.concat(all), "0 pages")
end)
