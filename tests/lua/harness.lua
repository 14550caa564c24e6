-- harness.lua: the whole of the Lua test harness.
--
--   test("sentence", function() … end)      a test
--   eq(got, expected)                        equal: numbers, strings, tables, tensors against nested tables (nan equals nan)
--   close(got, expected, tolerance)          the same within a relative and absolute tolerance (1e-5)
--   fails(f, "text")                         f raises an error that contains the text
--   skip("reason")                           inside a test: it is counted as skipped
--
-- tests/run.sh runs each file by `moonlab run tests/lua/run.lua FILE [word]`, which prints "N passed, N failed, N skipped".
--
-- A word after the file's name runs only the tests whose sentence contains it.
local passed, failed, skipped = 0, 0, 0
local only = arg and arg[2]
if test then return end -- read once

local function plain(v)
  if lab.is_tensor(v) then return v:detach():tolist() end
  return v
end

local function text(v, depth)
  v = plain(v)
  if type(v) ~= "table" then return type(v) == "string" and string.format("%q", v) or tostring(v) end
  if (depth or 0) > 6 then return "{…}" end
  local parts = {}
  for i = 1, math.min(#v, 20) do parts[i] = text(v[i], (depth or 0) + 1) end
  for k, x in pairs(v) do
    if math.type(k) ~= "integer" then parts[#parts + 1] = tostring(k) .. "=" .. text(x, (depth or 0) + 1) end
  end
  return "{" .. table.concat(parts, ", ") .. "}"
end

local function same(a, b, tolerance)
  a, b = plain(a), plain(b)
  if type(a) == "number" and type(b) == "number" then
    if a ~= a or b ~= b then return a ~= a and b ~= b end
    if a == b then return true end
    return tolerance ~= nil and math.abs(a - b) <= tolerance * math.max(1, math.abs(a), math.abs(b))
  end
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for k in pairs(a) do if not same(a[k], b[k], tolerance) then return false end end
  for k in pairs(b) do if a[k] == nil then return false end end
  return true
end

function eq(got, expected)
  if not same(got, expected) then error("got " .. text(got) .. "\n      not " .. text(expected), 2) end
end

function close(got, expected, tolerance)
  if not same(got, expected, tolerance or 1e-5) then error("got " .. text(got) .. "\n      not " .. text(expected), 2) end
end

function fails(f, part)
  local ok, message = pcall(f)
  if ok then error("no error was raised; expected one with \"" .. part .. "\"", 2) end
  if not string.find(tostring(message), part, 1, true) then
    error("the error reads \"" .. tostring(message) .. "\"\n      without \"" .. part .. "\"", 2)
  end
end

function skip(reason) error({ skip = reason }, 0) end

function test(name, f)
  if only and not name:find(only, 1, true) then return end
  local ok, message = xpcall(f, function(m) return type(m) == "table" and m or debug.traceback(tostring(m), 2) end)
  if ok then passed = passed + 1
  elseif type(message) == "table" and message.skip then
    skipped = skipped + 1
    print("skipped: " .. name .. ": " .. message.skip)
  else
    failed = failed + 1
    print("FAILED: " .. name .. "\n      " .. tostring(message))
  end
end

function finish()
  print(string.format("%d passed, %d failed, %d skipped", passed, failed, skipped))
  if failed > 0 then os.exit(1) end
end
