-- gallery.lua: the gallery of plots in the manual (lua_api/manual/topics/gallery.md) shows every script of samples/plots as it
-- is and what it draws.  ACCEPT=1 writes it anew; look at the difference before keeping it.
--
-- A script begins with a comment, the sentence under its heading; headings are names of files, in their order.
dofile("tests/lua/harness.lua")
local moonlab = os.getenv("MOONLAB") or "build/moonlab"
local PAGE = "lua_api/manual/topics/gallery.md"

local function output_of(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("a")
  return text, pipe:close()
end

local function read_file(path)
  local f = assert(io.open(path))
  local text = f:read("a")
  f:close()
  return text
end

local function indented(code) return (("\n" .. code):gsub("\n([^\n])", "\n    %1"):sub(2)) end

local function trimmed(text) return (text:gsub("[ \t]+\n", "\n"):gsub("^\n+", ""):gsub("%s+$", "")) end

local parts = {}
for path in output_of("ls samples/plots/*.lua"):gmatch("[^\n]+") do
  local name, source = path:match("([^/]+)%.lua$"), read_file(path)
  test(("samples/plots/%s.lua begins with a sentence and draws"):format(name), function()
    local sentence, code = source:match("^%-%- ([^\n]+)\n(.*)$")
    if not sentence then error("the first line should be a comment", 0) end
    while code:find("^%-%- ") do
      local more, rest = code:match("^%-%- ([^\n]+)\n(.*)$")
      sentence, code = sentence .. " " .. more, rest
    end
    local drawn, ok = output_of(("'%s' run %s 2>&1"):format(moonlab, path))
    if not ok then error(drawn, 0) end
    parts[#parts + 1] = ("# %s\n\n%s\n\n%s\n\n```\n%s\n```\n"):format(name, sentence, trimmed(indented(code)),
      trimmed(drawn))
  end)
end

test("the manual's gallery is what the samples draw", function()
  local page = read_file(PAGE)
  local head = page:match("^(.-)\n# [%w_]+\n") or page
  local wanted = trimmed(head) .. "\n\n" .. table.concat(parts, "\n")
  if os.getenv("ACCEPT") then
    local f = assert(io.open(PAGE, "w"))
    f:write(wanted)
    f:close()
  elseif page ~= wanted then
    local at = 1
    while page:sub(at, at) == wanted:sub(at, at) do at = at + 1 end
    local line = select(2, page:sub(1, at):gsub("\n", "")) + 1
    error(("%s differs from line %d on (ACCEPT=1 writes it anew):\n%s"):format(PAGE, line,
      wanted:sub(at):match("^[^\n]*\n?[^\n]*")), 0)
  end
end)

