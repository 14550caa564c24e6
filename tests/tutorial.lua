-- tutorial.lua: the console blocks of samples/tutorial.md and README.md are what one sees.
--
-- Everything after "$ " (at a shell), "> " and ".. " (at the prompt) in a block ```console is typed into a terminal of
-- 80 by 24, block after block in one session, and what then stands on the screen must be the rest of the block:
--
--   > while true do end        typed; as the answer begins with ^C, Ctrl-C is pressed
--   ^C
--   > lab.lins⇥                the Tab key is pressed at ⇥; the next line of the block is what stands there then,
--   > lab.linspace(            and the entry is given up with Ctrl-U
--   …                          stands for any number of lines, or of characters in a line
--
-- Durations ("0.3 s") may differ.  ACCEPT=1 writes what is seen now into the files; look at the difference before
-- keeping it.
dofile("tests/lua/harness.lua")
local moonlab = os.getenv("MOONLAB") or "build/moonlab"

local function output_of(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("a")
  pipe:close()
  return (text:gsub("\n$", ""))
end

local function read_file(path)
  local f = assert(io.open(path))
  local text = f:read("a")
  f:close()
  return text
end

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- ---- the terminal -----------------------------------------------------------------------------

local Terminal = {}
Terminal.__index = Terminal

function Terminal.open()
  local folder = output_of("mktemp -d")
  local root, build = output_of("pwd"), output_of("realpath " .. quoted(moonlab)):match("^(.*)/")
  os.execute(("ln -s %s %s/build; ln -s %s/samples %s/samples"):format(quoted(build), folder, quoted(root), folder))
  local self = setmetatable({ folder = folder, command = "tmux -S " .. folder .. "/socket -f /dev/null " }, Terminal)
  self:tmux(("new-session -d -x 80 -y 24 'cd %s && exec env -i PATH=\"$PATH\" HOME=%s/home PS1=\"$ \" TERM=screen-256color "
    .. "LC_ALL=C.UTF-8 INPUTRC=/dev/null sh'"):format(folder, folder))
  self:tmux("set-option -g history-limit 50000")
  return self
end

function Terminal:tmux(arguments) return output_of(self.command .. arguments .. " 2>&1") end

function Terminal:close()
  self:tmux("kill-server")
  os.execute("rm -rf " .. self.folder)
end

-- All rows so far, without spaces at their ends and empty ones at the end.
function Terminal:rows()
  local rows, last = {}, 0
  for line in (self:tmux("capture-pane -p -J -S -") .. "\n"):gmatch("([^\n]*)\n") do
    rows[#rows + 1] = line:gsub("%s+$", "")
    if rows[#rows] ~= "" then last = #rows end
  end
  for i = last + 1, #rows do rows[i] = nil end
  return rows
end

-- Waits until `seen` of the rows is true; returns them, or nil when it takes too long.
function Terminal:wait(seen)
  for _ = 1, 1500 do
    local rows = self:rows()
    if seen(rows) then return rows end
    os.execute("sleep 0.02")
  end
end

-- Types text.  To tmux a last ; is the end of its command.
function Terminal:type(text) self:tmux("send-keys -l -- " .. quoted((text:gsub(";$", "\\;")))) end

local PROMPTS = { ["$"] = true, [">"] = true, [".."] = true }

local function is_ready(row) return row ~= nil and PROMPTS[row:gsub("^(%.%.)%s*$", "%1")] end

-- Types text and presses the keys after it; returns the rows when there is a prompt again.
function Terminal:enter(text, interrupt)
  local before = #self:rows()
  self:type(text)
  self:tmux("send-keys Enter")
  if interrupt then
    os.execute("sleep 0.3")
    self:tmux("send-keys C-c")
  end
  return self:wait(function(rows) return #rows > before and is_ready(rows[#rows]) end)
end

-- What stands in the last row after text and Tab, when it has changed.
function Terminal:complete(text)
  local row = #self:rows()
  self:type(text)
  self:wait(function(rows) return (rows[row] or ""):find(text, 1, true) end)
  self:tmux("send-keys Tab")
  local rows = self:wait(function(rows) return not (rows[row] or ""):find(text .. "$") end)
  self:tmux("send-keys C-u")
  self:wait(function(all) return is_ready(all[#all]) end)
  return rows and rows[row]
end

-- ---- the files --------------------------------------------------------------------------------

-- The console blocks of a text: lists of lines, each with the number of its first line.
local function blocks_of(text)
  local blocks, open, number = {}, nil, 0
  for line in (text .. "\n"):gmatch("([^\n]*)\n") do
    number = number + 1
    if open and line == "```" then open = nil
    elseif open then open[#open + 1] = line
    elseif line == "```console" then
      open = { at = number + 1 }
      blocks[#blocks + 1] = open
    end
  end
  return blocks
end

local function entry_of(line) return line:match("^[$>] (.*)$") or line:match("^%.%. ?(.*)$") end

-- Plays a block; returns the lines that are seen.
local function play(terminal, block)
  local first = #terminal:rows()
  local shown, insert = {}, {} -- completions are not in the rows: they are put where they are in the block
  for i, line in ipairs(block) do
    local entry = entry_of(line)
    local before_tab = entry and entry:match("^(.*)⇥$")
    if before_tab then
      insert[#terminal:rows()] = { line, terminal:complete(before_tab) or "(nothing happened)" }
    elseif entry and not (block[i - 1] or ""):find("⇥$") then
      local text = line:find("^%.%.") and entry:gsub("^%s+", "") or entry -- the prompt indents by itself
      if not terminal:enter(text, (block[i + 1] or ""):find("^%^C")) then error("no prompt after: " .. entry, 0) end
    end
  end
  local rows = terminal:rows()
  for i = first, #rows do
    for _, line in ipairs(insert[i] or {}) do shown[#shown + 1] = line end
    if i < #rows then shown[#shown + 1] = rows[i] end
  end
  return shown
end

-- Without spaces at its end, and all durations the same.
local function plain(line)
  return (line:gsub("%s+$", ""):gsub("µs%f[%A]", "ms"):gsub("%s+%d+%.?%d* m?s%f[%A]", " 0 s"))
end

local function matches_line(want, got)
  if not want:find("…", 1, true) then return plain(want) == plain(got) end
  local pattern = plain(want):gsub("[%^%$%(%)%%%.%[%]%*%+%-%?]", "%%%0"):gsub("…", ".*")
  return plain(got):find("^" .. pattern .. "$") ~= nil
end

-- The first line of want that got differs in; nil if there is none.
local function difference(want, got, i, k)
  i, k = i or 1, k or 1
  while i <= #want do
    if want[i] == "…" then
      for rest = k, #got + 1 do if not difference(want, got, i + 1, rest) then return nil end end
      return i + 1
    end
    if not got[k] or not matches_line(want[i], got[k]) then return i, got[k] end
    i, k = i + 1, k + 1
  end
  if k <= #got then return i, got[k] end
end

-- The text with each block that is not as seen replaced.
local function accept(path, text, seen)
  for block, lines in pairs(seen) do
    if difference(block, lines) then
      local old = "```console\n" .. table.concat(block, "\n") .. "\n```"
      local new = "```console\n" .. table.concat(lines, "\n") .. "\n```"
      local at, to = text:find(old, 1, true)
      text = text:sub(1, at - 1) .. new .. text:sub(to + 1)
    end
  end
  local f = assert(io.open(path, "w"))
  f:write(text)
  f:close()
end

-- ---- the tests --------------------------------------------------------------------------------

local has_tmux = os.execute("command -v tmux >/dev/null 2>&1")

for _, path in ipairs { "README.md", "samples/tutorial.md" } do
  local text, seen = read_file(path), {}
  local terminal = has_tmux and Terminal.open()
  if terminal then terminal:wait(function(rows) return rows[1] == "$" end) end
  for _, block in ipairs(blocks_of(text)) do
    test(("%s, line %d: what is typed gives what is shown"):format(path, block.at), function()
      if not terminal then skip("tmux is not installed") end
      seen[block] = play(terminal, block)
      local i, got = difference(block, seen[block])
      if i then
        error(("line %d should be\n      %s\n      and is\n      %s"):format(block.at + i - 1, block[i] or "(the end)",
          got or "(nothing)"), 0)
      end
    end)
  end
  if terminal then terminal:close() end
  if os.getenv("ACCEPT") then accept(path, text, seen) end
end

-- Blocks of Lua in the README are programs.
for block, code in read_file("README.md"):gmatch("()```lua\n(.-)```") do
  local _, line = read_file("README.md"):sub(1, block):gsub("\n", "")
  test(("README.md, line %d: the Lua code runs"):format(line + 1), function()
    local folder, program = output_of("mktemp -d"), output_of("realpath " .. quoted(moonlab))
    local f = assert(io.open(folder .. "/first.lua", "w"))
    f:write(code)
    f:close()
    local pipe = assert(io.popen(("cd %s && %s run first.lua 2>&1"):format(folder, quoted(program))))
    local text = pipe:read("a")
    local good = pipe:close()
    os.execute("rm -rf " .. folder)
    if not good then error(text, 0) end
  end)
end

test("the README lists every sample", function()
  local text, count = read_file("README.md"), 0
  for path in io.popen("ls samples/*.lua"):lines() do
    local name = path:match("([%w_]+)%.lua$")
    if not text:find("| `" .. name .. "` |", 1, true) then error(name .. " is missing", 0) end
    count = count + 1
  end
  assert(count > 0, "there are samples")
end)
