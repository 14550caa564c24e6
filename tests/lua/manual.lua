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
  ["optim.lr_scheduler.Scheduler"] = optim.lr_scheduler.StepLR(optim.SGD({ nn.Parameter(lab.zeros(1)) }), 1),
  ["optim.Optimizer"] = optim.SGD({ nn.Parameter(lab.zeros(1)) }),
  ["data.DataLoader"] = data.DataLoader(set),
  ["data.Dataset"] = set,
  ["data.Frame"] = data.Frame { a = { 1, 2 } },
  ["data.StandardScaler"] = data.StandardScaler(),
  ["data.PCA"] = data.PCA(),
  ["data.TSNE"] = data.TSNE(),
  ["plot.Figure"] = plot.figure(),
  ["plot.Live"] = plot.live(),
  ["plot.Run"] = plot.train(),
}

-- Methods that are there for other modules.
local internal = { range = true, finish = true, gather = true, rate = true, closed = true, prepare = true, ahead = true,
  rows = true, factor = true, learn = true, shift = true }

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
    if not internal[method] then add(class .. ":" .. method) end
  end
end
for _, method in ipairs { "step", "get_last_lr", "preview", "state_dict", "load_state_dict" } do
  add("optim.lr_scheduler.Scheduler:" .. method) -- its class has many more, for its kinds
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

-- ---- finding a page -------------------------------------------------------------------------------------------

local function page(name, columns, color)
  local text, found = lab._manual("page", name, columns or 80, color)
  return text, found
end

-- The first line of a name's page: whose it is.
local function first_line(name) return (page(name, 1000):match("^[^\n]*")) end

test("a name is found however people write it", function()
  for _, name in ipairs { "sum", "lab.sum", "x:sum", "Tensor:sum", "t.sum", "sum()", "lab.sum(x, 1)" } do
    eq(first_line(name), "lab.sum(x, dim?, keepdim=false, dtype?)")
  end
  eq(first_line("exp_"), "lab.exp(x)")
  eq(first_line("+"), "lab.add(a, b)")
  eq(first_line("x:exp_"), "lab.exp(x)")
  eq(first_line("Linear"), first_line("nn.Linear"))
  eq(first_line("nn.functional.relu"), "lab.relu(x)")
  eq(first_line("net:parameters"), "nn.Module:parameters()")
  eq(first_line("nn.Linear:parameters"), "nn.Module:parameters()")
  eq(first_line("opt:step"), "optim.Optimizer:step(closure?)")
  eq(first_line("x:item"), "x:item()")
  eq(first_line("x.shape"), "x.shape")
  eq(first_line("item"), "x:item()")
  eq(first_line("run"), "moonlab run FILE.lua [ARG ...] [-p name=value ...]")
  eq(first_line("--seed"), "moonlab --seed N")
end)

test("modules, families and topics have pages that list their names", function()
  for name, word in pairs { nn = "Linear  ", reductions = "sum  ", indexing = "Coming from PyTorch", ["nn.init"] = "zeros_  ",
    optim = "Adam  ", data = "DataLoader  ", Tensor = ":item  ", ["linear algebra"] = "solve  ", gradients = "grad  ",
    moonlab = "run  " } do
    local text, found = page(name)
    if not found or not text:find(word, 1, true) then error(("the page of %s lacks %s"):format(name, word)) end
  end
end)

test("what is Lua's own is said to be", function()
  eq(page("string.format"):find("lua.org/manual", 1, true) ~= nil, true)
end)

test("an unknown name is told with the nearest and with pages that mention it", function()
  eq({ page("tahn") }, { "no help on 'tahn'; did you mean tanh?", false })
  local text, found = page("dropuot")
  eq({ text:match("^[^\n]*"), found }, { "no help on 'dropuot'; did you mean dropout?", false })
  eq(page("overflow"):find("pages that mention it: .*lab.logsumexp") ~= nil, true)
end)

test("pages fit the terminal's width", function()
  for _, columns in ipairs { 40, 60, 80, 120 } do
    for _, name in ipairs { "lab.cross_entropy", "nn.Module", "optim.Adam", "indexing", "nn" } do
      for line in page(name, columns):gmatch("[^\n]+") do
        local code = line:find("^   ") or line:find("%-%->") or line:find("[(=]") -- code is not wrapped
        if utf8.len(line) > math.max(columns, 24) and not code then error(("%d columns: %s"):format(columns, line)) end
      end
    end
  end
end)

test("colours change nothing but colours", function()
  for _, name in ipairs { "lab.sum", "nn.Linear", "indexing", "nn" } do
    local plain, colored = page(name), page(name, 80, true)
    eq(colored:find("\27[1m", 1, true) ~= nil, true)
    eq((colored:gsub("\27%[%d*m", "")), plain)
    eq(plain:find("\27", 1, true), nil)
  end
end)

test("a word finds pages, those with it in their names first", function()
  local text = lab._manual("search", "softmax")
  local lines = {}
  for line in text:gmatch("\n  (%S+)") do lines[#lines + 1] = line end
  eq(lines[1], "lab.softmax")
  eq(text:find("nn.CrossEntropyLoss", 1, true) ~= nil, true)
end)

test("a page points to names that have pages", function()
  local without = {}
  for name in (lab._manual("names") .. "\n"):gmatch("(.-)\n") do
    for _, other in ipairs(outline(name).see or {}) do
      if not select(2, page(other)) then without[#without + 1] = name .. " to " .. other end
    end
  end
  eq(table.concat(without, ", "), "")
end)

test("nothing that code does to its libraries reaches the manual", function()
  local before = page("sum")
  local rep, concat = string.rep, table.concat
  string.rep, table.concat = error, error
  local ok, after = pcall(page, "sum")
  string.rep, table.concat = rep, concat
  eq({ ok, after }, { true, before })
end)

-- ---- as Markdown ----------------------------------------------------------------------------------------------

test("every link of the Markdown pages leads somewhere", function()
  local folder = os.tmpname()
  os.remove(folder)
  os.execute("mkdir " .. folder)
  local text, found = lab._manual("markdown", folder)
  eq(found, true)
  local files, places, n = {}, {}, 0
  for path in output_of("ls " .. folder):gmatch("[^\n]+") do
    local file = assert(io.open(folder .. "/" .. path))
    files[path] = file:read("a")
    file:close()
    places[path] = true
    for heading in files[path]:gmatch("\n#+ ([^\n]+)") do
      local place = heading:gsub("\\", ""):lower():gsub("[^%w _-]", ""):gsub(" ", "-")
      local full, k = path .. "#" .. place, 1
      while places[full] do full, k = ("%s#%s-%d"):format(path, place, k), k + 1 end -- as GitHub does
      places[full] = true
    end
  end
  os.execute("rm -r " .. folder)
  local broken = {}
  for path, content in pairs(files) do
    for target in content:gsub("```.-```", ""):gmatch("%]%(([^)%s]+)%)") do
      n = n + 1
      local full = target:find("^#") and path .. target or target
      if not target:find("^https?:") and not places[full] then broken[#broken + 1] = path .. ": " .. target end
    end
  end
  eq(table.concat(broken, ", "), "")
  if n < 1000 then error("only " .. n .. " links were found") end
end)

test("a folder that cannot be written into is an error", function()
  local text, found = lab._manual("markdown", "/nowhere")
  eq({ found, text:find("/nowhere", 1, true) ~= nil }, { false, true })
end)

test("a short name finds functions before methods, and modules' methods before those of others", function()
  local function first_line(name)
    local text = lab._manual("page", name)
    return text:match("^[^\n]*")
  end
  eq(first_line("contour"):match("^plot%.contour%(") ~= nil, true)
  eq(first_line("fit"):match("^nn%.Module:fit%(") ~= nil, true)
  eq(first_line("lr_scheduler"):match("^optim%.lr_scheduler") ~= nil, true)
end)
