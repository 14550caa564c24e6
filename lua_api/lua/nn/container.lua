--- Modules made of modules.
-- @module nn.container

local Module = require "nn.module"
local shown = require("nn.options").shown

local function is_named_list(value)
  return type(value) == "table" and not Module._is_module(value) and getmetatable(value) == nil
end

-- Position i of n, counted from 1 or, negative, from the end.
local function position(op, i, n, extra)
  if math.type(i) ~= "integer" then error(("%s: a position is needed, got %s"):format(op, shown(i))) end
  local at = i < 0 and n + 1 + extra + i or i
  if at < 1 or at > n + extra then error(("%s: position %d of %d"):format(op, i, n)) end
  return at
end

-- The names of the modules of a container, in order; other fields do not count.
local function names_of(self)
  local names = rawget(self, "_names")
  if not names then
    names = {}
    rawset(self, "_names", names)
  end
  return names
end

local function append(self, name, module)
  local names = names_of(self)
  self:add_module(name, module)
  names[#names + 1] = name
end

-- Puts module at position i, moving the later ones; their positions are their names.
local function insert(self, i, module)
  local n = #names_of(self)
  append(self, n + 1, module)
  for j = n, i, -1 do
    rawset(self, j + 1, rawget(self, j))
  end
  rawset(self, i, module)
end

--- Runs modules one after the other, each on what the one before gave.
--
-- Modules are given as arguments, or with names as {name, module} pairs in order: the first is net[1] (and net.name).
-- @tparam nn.Module ... modules, or pairs
-- @treturn nn.Sequential a module: what the first takes to what the last gives
-- @raise something that is not a module; two modules of one name
-- @example nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))(lab.zeros(5, 2)).shape[2] --> 1
-- @example nn.Sequential({"hidden", nn.Linear(2, 8)}, {"out", nn.Linear(8, 1)}).hidden.out_features --> 8
local Sequential = Module:extend("Sequential")

function Sequential:init(...)
  local list = { ... }
  if #list == 1 and is_named_list(list[1]) and type(list[1][1]) ~= "string" then list = list[1] end
  for _, entry in ipairs(list) do self:append(entry) end
end

--- Adds a module, or a {name, module} pair, at the end.
-- @tparam nn.Module|table entry
-- @treturn nn.Sequential itself
-- @example #nn.Sequential():append(nn.ReLU()) --> 1
function Sequential:append(entry)
  local name, module = #names_of(self) + 1, entry
  if is_named_list(entry) then
    name, module = entry[1], entry[2]
    if type(name) ~= "string" then error("nn.Sequential: a pair is {name, module}, such as {\"hidden\", nn.Linear(2, 8)}") end
    if rawget(self, name) ~= nil then error(("nn.Sequential: two modules are named '%s'"):format(name)) end
  end
  append(self, name, module)
  return self
end

--- Puts a module at position i; the later ones move up.  Only where no module has a name.
-- @tparam int i counted from 1; -1 is the end
-- @tparam nn.Module module
-- @treturn nn.Sequential itself
-- @raise a position beyond the end
-- @example nn.Sequential(nn.ReLU()):insert(1, nn.Tanh())[1].name --> Tanh
function Sequential:insert(i, module)
  for j, name in ipairs(names_of(self)) do
    if name ~= j then error("nn.Sequential: insert works on modules without names", 2) end
  end
  if not Module._is_module(module) then error("nn.Sequential: insert: a module is needed, got " .. type(module), 2) end
  insert(self, position("nn.Sequential: insert", i, #names_of(self), 1), module)
  return self
end

function Sequential:forward(x)
  for _, name in ipairs(self._names or {}) do
    x = rawget(self, name):forward(x)
  end
  return x
end

local function length(self)
  return #names_of(self)
end

-- net[i] also for named modules and negative i.
local function sequential_index(self, key)
  if math.type(key) == "integer" then
    local names = names_of(self)
    local name = names[key < 0 and #names + 1 + key or key]
    return name and rawget(self, name)
  end
  return Sequential[key]
end

--- A list of modules whose parameters are found; it computes nothing itself.
-- @tparam nn.Module ... modules, or one table of them
-- @treturn nn.ModuleList a module; list[i] is the i-th, #list how many
-- @example #nn.ModuleList{nn.ReLU(), nn.Tanh()} --> 2
local ModuleList = Module:extend("ModuleList")

function ModuleList:init(...)
  local list = { ... }
  if #list == 1 and is_named_list(list[1]) then list = list[1] end
  for _, module in ipairs(list) do self:append(module) end
end

--- Adds a module at the end.
-- @tparam nn.Module module
-- @treturn nn.ModuleList itself
-- @example #nn.ModuleList():append(nn.ReLU()) --> 1
function ModuleList:append(module)
  append(self, #names_of(self) + 1, module)
  return self
end

--- Adds the modules of a table at the end.
-- @tparam table list of modules
-- @treturn nn.ModuleList itself
-- @example #nn.ModuleList():extend_with{nn.ReLU(), nn.Tanh()} --> 2
function ModuleList:extend_with(list)
  for _, module in ipairs(list) do self:append(module) end
  return self
end

--- Puts a module at position i; the later ones move up.
-- @tparam int i counted from 1; -1 is the end
-- @tparam nn.Module module
-- @treturn nn.ModuleList itself
-- @raise a position beyond the end
-- @example nn.ModuleList{nn.ReLU()}:insert(1, nn.Tanh())[1].name --> Tanh
function ModuleList:insert(i, module)
  if not Module._is_module(module) then error("nn.ModuleList: insert: a module is needed, got " .. type(module), 2) end
  insert(self, position("nn.ModuleList: insert", i, #names_of(self), 1), module)
  return self
end

function ModuleList:forward()
  error("nn.ModuleList has no forward: call its modules, as in for i = 1, #list do x = list[i](x) end")
end

local function list_index(self, key)
  if math.type(key) == "integer" and key < 0 then return rawget(self, #names_of(self) + 1 + key) end
  return ModuleList[key]
end

Sequential.__index, Sequential.__len = sequential_index, length
ModuleList.__index, ModuleList.__len = list_index, length

return { Sequential = Sequential, ModuleList = ModuleList }
