-- examples.lua: every example of the manual gives what it says: of the operators' rows, of the comments of the Lua modules
-- and of lua_api/manual/docs, of the commands.  lua_api/lua_docs.h says how an example is written.
dofile("tests/lua/harness.lua")

local function compile(code)
  local f = load("return " .. code)
  if f then return f end
  local before, last = code:match("^(.*[;\n])%s*(.-)$")
  if before then f = load(before .. "return " .. last) end
  return f or assert(load(code))
end

local function text(...)
  local parts = {}
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    local list = type(value) == "table" and lab.is_tensor(value[1]) and value or { value }
    if select("#", value) == 1 and value == nil then list = { "nil" } end
    for _, v in ipairs(list) do parts[#parts + 1] = lab.is_tensor(v) and lab.text(v) or tostring(v) end
  end
  return table.concat(parts, " ")
end

local function check_lua(code, want)
  lab.manual_seed(0)
  local message = want and want:match("^error: (.*)$")
  if message then
    fails(compile(code), message)
  elseif want then
    eq(text(compile(code)()), want)
  else
    compile(code)()
  end
end

local program = os.getenv("MOONLAB") or "build/moonlab"

-- A line of the shell, in which moonlab is the program under test, in a folder of its own.
local function check_command(code, want)
  local folder = os.tmpname()
  os.remove(folder)
  local path = io.popen("realpath " .. program):read("l")
  local pipe = assert(io.popen(("mkdir %s && cd %s && moonlab() { %s \"$@\"; } && { %s; } 2>&1 </dev/null; rm -rf %s"):format(
    folder, folder, path, code, folder)))
  local got = pipe:read("a"):gsub("%s+$", ""):gsub("\n", " ")
  pipe:close()
  local message = want and want:match("^error: (.*)$")
  if message or not want then
    if not got:find(message or "", 1, true) then error("it prints " .. got) end
  else
    eq(got, want)
  end
end

local found = 0
for name, kind, code in (lab._manual("examples") .. "\0\0"):gmatch("(.-)\0(.-)\0(.-)\0\0") do
  found = found + 1
  test(("%s: %s"):format(name, code), function()
    local shown, want = code:match("^(.*%S)%s+%-%-> (.+)$")
    if kind == "operator" and not want then error("an example of an operator reads: code --> what it gives") end
    local check = kind == "command" and check_command or check_lua
    if not (kind == "command" and name:find("^:")) then check(shown or code, want) end
  end)
end

test("the manual has examples", function() eq(found > 500, true) end)
