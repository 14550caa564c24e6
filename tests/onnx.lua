-- onnx.lua: the backend node tests of ONNX (Debian's libonnx-testdata), run through moonlab's operators.
--
-- Each test is a small graph with inputs and expected outputs.  tests/onnx/operators.lua says how an ONNX operator is
-- written in moonlab; a test that uses one which is not there is skipped with that reason, and so is one with a dtype
-- that moonlab does not have.  At least LEAST tests must pass.
dofile("tests/lua/harness.lua")
local LEAST = 500
local root = "/usr/share/libonnx-testdata/data/node"
local protobuf = dofile("tests/onnx/protobuf.lua")
local operators = dofile("tests/onnx/operators.lua")
local known = { float32 = true, float64 = true, float16 = true, bfloat16 = true, int64 = true, int32 = true, int8 = true, uint8 = true, bool = true }

local function read(path)
  local f = io.open(path, "rb")
  if not f then return nil end
  local s = f:read("a")
  f:close()
  return s
end

local function to_tensor(t)
  if not known[t.type] then error { skip = "dtype " .. tostring(t.type) } end
  local n = 1
  for _, d in ipairs(t.dims) do n = n * d end
  local values = t.values
  if t.type == "bool" then for i, v in ipairs(values) do values[i] = v ~= 0 end end
  if n == 0 then return lab.zeros(t.dims, { dtype = t.type }) end
  return lab.tensor(values, { dtype = t.type }):reshape(t.dims)
end

local function load_values(folder, kind)
  local list = {}
  for i = 0, 30 do
    local s = read(folder .. "/test_data_set_0/" .. kind .. "_" .. i .. ".pb")
    if not s then break end
    list[i + 1] = protobuf.tensor(s)
  end
  return list
end

local function run_model(m, inputs)
  local values = { [""] = nil }
  for name, t in pairs(m.constants) do values[name] = to_tensor(t) end
  for i, t in ipairs(inputs) do values[t.name ~= "" and t.name or m.inputs[i]] = to_tensor(t) end
  for _, node in ipairs(m.nodes) do
    local f = operators[node.op]
    if type(f) == "string" then error { skip = node.op .. ": " .. f } end
    if not f or node.graph then error { skip = "no operator " .. node.op .. " yet" } end
    local args = {}
    for i, name in ipairs(node.input) do args[i] = values[name] end
    args.n = #node.input
    for k, v in pairs(node.attr) do
      if type(v) == "table" and v.dims then node.attr[k] = to_tensor(v) end
    end
    node.attr.outputs = #node.output
    node.attr.opset = m.opset
    local out = table.pack(f(args, node.attr))
    for i, name in ipairs(node.output) do values[name] = out[i] end
  end
  local results = {}
  for i, name in ipairs(m.outputs) do results[i] = values[name] end
  return results
end

local tolerance = { float32 = 1e-4, float64 = 1e-7, float16 = 1e-2, bfloat16 = 2e-2 }

local function check(folder)
  local s = read(folder .. "/model.onnx")
  local m = protobuf.model(s)
  if m.domain and m.domain:find("training") then error { skip = "training operators are not part of this" } end
  if m.other_values then error { skip = "a sequence, map or optional value" } end
  local inputs, expected = load_values(folder, "input"), load_values(folder, "output")
  local results = run_model(m, inputs)
  for i, t in ipairs(expected) do
    local want = to_tensor(t)
    local got = assert(results[i], "output " .. i .. " is missing")
    eq(got.shape, want.shape)
    eq(got.dtype, want.dtype)
    if tolerance[want.dtype] then close(got, want, tolerance[want.dtype]) else eq(got, want) end
  end
end

local list = io.popen("ls " .. root .. " 2>/dev/null")
local names = {}
for name in list:lines() do names[#names + 1] = name end
list:close()

local count, reasons = 0, {}
if #names == 0 then
  test("the ONNX node tests", function() skip("Debian's libonnx-testdata is not installed") end)
else
  for _, name in ipairs(names) do
    local ok, message = xpcall(check, function(e) return type(e) == "table" and e or debug.traceback(tostring(e), 2) end, root .. "/" .. name)
    if type(message) == "table" and message.skip then
      reasons[message.skip] = (reasons[message.skip] or 0) + 1
    else
      if ok then count = count + 1 end
      test("ONNX " .. name, function() if not ok then error(message, 0) end end)
    end
  end
  local sorted = {}
  for reason, n in pairs(reasons) do sorted[#sorted + 1] = string.format("%4d  %s", n, reason) end
  table.sort(sorted, function(a, b) return a > b end)
  print("ONNX node tests: " .. count .. " run; left out:\n" .. table.concat(sorted, "\n"))
  test("at least " .. LEAST .. " ONNX node tests run", function() assert(count >= LEAST, count .. " ran") end)
end
