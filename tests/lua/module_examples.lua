-- Every @example in the Lua modules gives what it says: "-- @example code --> printed", where code is an expression or
-- statements and an expression, and several results are separated by a space.

local function files()
  local list, pipe = {}, assert(io.popen("find lua_api/lua -name '*.lua' | LC_ALL=C sort"))
  for path in pipe:lines() do list[#list + 1] = path end
  pipe:close()
  return list
end

local function compile(code)
  return load("return " .. code) or assert(load((code:gsub("^(.*);%s*", "%1; return "))))
end

local function text(...)
  local parts = table.pack(...)
  for i = 1, parts.n do parts[i] = lab.is_tensor(parts[i]) and lab.text(parts[i]) or tostring(parts[i]) end
  return table.concat(parts, " ")
end

local found = 0
for _, path in ipairs(files()) do
  for line in io.lines(path) do
    local code, want = line:match("^%s*%-%- @example (.-) %-%-> (.+)$")
    if code then
      found = found + 1
      test(path .. ": " .. code, function()
        lab.manual_seed(0)
        eq(text(compile(code)()), want)
      end)
    elseif line:find("^%s*%-%- @example") then
      test(path .. ": " .. line, function() error("an example reads: code --> what it gives") end)
    end
  end
end

test("the modules have examples", function()
  if found < 50 then error("only " .. found .. " were found") end
end)
