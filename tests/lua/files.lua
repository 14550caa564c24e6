-- files.lua: lab.save and lab.load from Lua; the formats themselves are tested in tests/unit.
local folder = os.tmpname()
os.remove(folder)
local function path(name) return folder .. "-" .. name end
local made = {}
local function file(name)
  made[#made + 1] = path(name)
  return path(name)
end
local function write(name, bytes)
  local f = assert(io.open(file(name), "wb"))
  f:write(bytes)
  f:close()
  return path(name)
end
local function read(name)
  local f = assert(io.open(path(name), "rb"))
  local bytes = f:read("a")
  f:close()
  return bytes
end

local dtypes = { "float32", "float64", "bfloat16", "float16", "int64", "int32", "int8", "uint8", "bool" }

test("a tensor of every dtype comes back from every format", function()
  for _, dtype in ipairs(dtypes) do
    for _, values in ipairs { 1, { 1, 0, 1 }, { { 1, 0 }, { 0, 1 }, { 1, 1 } } } do
      local t = lab.tensor(values, { dtype = dtype })
      lab.save(file "t.npy", t)
      lab.save(file "t.npz", { t = t })
      lab.save(file "t.safetensors", t)
      for _, back in ipairs { lab.load(path "t.npy"), lab.load(path "t.npz").t, (lab.load(path "t.safetensors")) } do
        eq(back.dtype, dtype)
        eq(back, t)
        eq(back.shape, t.shape)
      end
    end
  end
end)

test("a state dict comes back as a table of tensors, and is plain safetensors", function()
  local state = { ["0.weight"] = lab.tensor { { 1, 2 }, { 3, 4 } }, ["0.bias"] = lab.tensor { 5, 6 } }
  lab.save(file "s.safetensors", state)
  eq(lab.load(path "s.safetensors"), state)
  eq(read("s.safetensors"):find("__metadata__", 1, true), nil)
  lab.save(file "s.npz", state, { compress = true })
  eq(lab.load(path "s.npz"), state)
end)

test("a nested value comes back the same, kinds of numbers and all", function()
  local value = {
    state = { [1] = { exp_avg = lab.tensor { 1, 2 }, step = 3 }, [7] = { exp_avg = lab.tensor { 3 }, step = 4 } },
    param_groups = { { lr = 0.1, betas = { 0.9, 0.999 }, params = { 1, 7 } } },
    name = "caf\u{e9} \"x\"\n\0", bytes = "\xff\x00\xfe", on = true, off = false, empty = {},
    least = math.mininteger, most = math.maxinteger, tiny = 5e-324, third = 1 / 3, one = 1.0,
    huge = math.huge, minus = -math.huge, zero = -0.0, [-3] = "minus three", ["\xff"] = 1, ["a.b"] = { c = lab.tensor(1) },
    a = { ["b.c"] = lab.tensor(2) },
  }
  lab.save(file "v.safetensors", value)
  local back = lab.load(path "v.safetensors")
  eq(back, value)
  for _, key in ipairs { "least", "most", "one", "tiny" } do eq(math.type(back[key]), math.type(value[key])) end
  eq(1 / back.zero, -math.huge)
  lab.save(file "n.safetensors", { x = 0 / 0, list = { 1, 2, 3 }, holes = { [1] = 1, [3] = 3 } })
  back = lab.load(path "n.safetensors")
  eq(back.x ~= back.x, true)
  eq(back.list, { 1, 2, 3 })
  eq(back.holes, { [1] = 1, [3] = 3 })
  for _, plain in ipairs { 12, 0.5, "text", true, false } do
    lab.save(file "p.safetensors", plain)
    eq((lab.load(path "p.safetensors")), plain)
  end
end)

test("equal values give equal bytes", function()
  local a, b = {}, {}
  for i = 1, 50 do a["k" .. i] = i end
  for i = 50, 1, -1 do b["k" .. i] = i end
  lab.save(file "a.safetensors", a)
  lab.save(file "b.safetensors", b)
  eq(read "a.safetensors" == read "b.safetensors", true)
end)

test("metadata of a safetensors file is kept and is the second result", function()
  lab.save(file "m.safetensors", { w = lab.ones(2) }, { metadata = { author = "caf\u{e9}", n = "1" } })
  local value, metadata = lab.load(path "m.safetensors")
  eq(value.w, { 1, 1 })
  eq(metadata, { author = "caf\u{e9}", n = "1" })
  eq(select(2, lab.load(path "a.safetensors")), nil)
  fails(function() lab.save(path "m.safetensors", {}, { metadata = { a = 1 } }) end, "table of strings by strings")
  fails(function() lab.save(path "m.safetensors", {}, { metadata = { moonlab = "1" } }) end, "is taken")
end)

test("what cannot be saved is named with its place, and the old file stays", function()
  lab.save(file "old.safetensors", { w = lab.ones(1) })
  local cycle = { a = {} }
  cycle.a.b = cycle
  local cases = {
    { { a = { b = print } }, "cannot save a function at a.b" },
    { { a = coroutine.create(print) }, "cannot save a thread at a" },
    { { [1.5] = 1 }, "a number key in the table" },
    { { x = { [true] = 1 } }, "a boolean key in the table at x" },
    { cycle, "nested more than 100 deep" },
    { setmetatable({}, { __index = { state_dict = function() end } }), "save what its state_dict() returns" },
    { print, "cannot save a function" },
  }
  for _, case in ipairs(cases) do fails(function() lab.save(path "old.safetensors", case[1]) end, case[2]) end
  fails(function() lab.save(path "old.safetensors") end, "a value to save expected")
  eq(lab.load(path "old.safetensors"), { w = { 1 } })
  fails(function() lab.save(path "x.npy", { w = lab.ones(1) }) end, ".npy holds one tensor, got table")
  fails(function() lab.save(path "x.npz", lab.ones(1)) end, ".npz holds a table {name = tensor, ...}, got a tensor")
  fails(function() lab.save(path "x.npz", { a = 1 }) end, ".npz holds a table")
  fails(function() lab.save(path "x.npz", { ["a\0b"] = lab.ones(1) }) end, ".npz holds a table")
end)

test("unknown endings, options and paths are errors that say what is known", function()
  fails(function() lab.save("model.pt", {}) end, "known are .safetensors (tensors and tables), .npy (one tensor), .npz")
  fails(function() lab.load("model") end, "the ending says the format")
  fails(function() lab.load(3) end, "lab.load: a path expected, got number")
  fails(function() lab.load("a\0.npy") end, "zero byte")
  fails(function() lab.load("a.npy", { devise = "cpu" }) end, "devise")
  fails(function() lab.save("a.npy", lab.ones(1), { compres = true }) end, "compres")
  fails(function() lab.load("/nowhere/a.npy") end, "/nowhere/a.npy: cannot open: No such file or directory")
  fails(function() lab.save("/nowhere/a.npy", lab.ones(1)) end, "/nowhere/a.npy: cannot write: No such file or directory")
  fails(function() lab.load(write("bad.npz", "PK")) end, "bad.npz: byte 0: not a zip archive")
end)

-- A safetensors file with this text as the saved value.
local function saved(text)
  local header = ('{"__metadata__":{"moonlab":"%s"},"t":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}'):format(
    text:gsub('[\\"]', "\\%0"))
  return write("value.safetensors", string.pack("<I8", #header) .. header .. "\7")
end

test("a damaged saved value is an error, and nothing in it is run", function()
  eq(lab.load(saved '{"record":{"x":{"tensor":"t"}}}').x:item(), 7)
  local cases = {
    { '{"tensor":"u"}', 'lacks tensor "u"' }, { '{"tensor":3}', "not a string" }, { "null", "null" },
    { '{"code":"print(1)"}', "unknown field" }, { '{"float":"x"}', "should be inf" },
    { '{"bytes":"0g"}', "not hexadecimal" }, { '{"bytes":"000"}', "not hexadecimal" }, { '{"bytes":1}', "not hexadecimal" },
    { '{"table":[1]}', "list of keys and values" }, { '{"table":[{"float":"nan"},1]}', "a key is neither" },
    { '{"record":[]}', "not an object" }, { "{}", "one field" }, { '{"float":"nan","bytes":"00"}', "one field" },
    { ("["):rep(300) .. ("]"):rep(300), "nested too deep" }, { "[1", "is damaged" }, { "1e999", "is damaged" },
  }
  for _, case in ipairs(cases) do fails(function() lab.load(saved(case[1])) end, case[2]) end
end)

test("loaded tensors are leaves without gradients, on the wanted device", function()
  local w = lab.ones(2, { requires_grad = true })
  lab.save(file "g.safetensors", { w = w * 2 })
  local back = lab.load(path "g.safetensors", { device = "cpu" }).w
  eq(back.requires_grad, false)
  eq(back, { 2, 2 })
  fails(function() lab.load(path "g.safetensors", { device = "abacus" }) end, "abacus")
end)

test("saving and loading keeps no tensor alive", function()
  collectgarbage()
  collectgarbage()
  local before = lab.memory().tensors
  for _ = 1, 20 do
    lab.save(file "l.safetensors", { x = { lab.ones(3) } })
    lab.load(path "l.safetensors")
    pcall(lab.load, path "bad.npz")
    pcall(lab.save, path "l.safetensors", { x = { lab.ones(3), print } })
  end
  collectgarbage()
  collectgarbage()
  eq(lab.memory().tensors, before)
end)

test("under --safe only the script's folder is written and read", function()
  local moonlab = os.getenv("MOONLAB")
  if not moonlab then skip("MOONLAB does not name the program") end
  local inside, outside = file "inside.npy", "/var/tmp/moonlab-outside.npy"
  local script = write("safe.lua", ([[
    lab.save(%q, lab.ones(2))
    print(#lab.load(%q))
    for _, f in ipairs { lab.save, lab.load, data.idx, data.read_csv, data.cifar10 } do
      print((select(2, pcall(f, f == data.cifar10 and "/etc/a.bin" or %q, f == lab.save and lab.ones(1) or nil))))
    end]]):format(inside, inside, outside))
  local pipe = io.popen(("%s --safe run %s 2>&1"):format(moonlab, script))
  local text = pipe:read("a")
  pipe:close()
  eq(text:match("^2\n") ~= nil, true)
  eq(select(2, text:gsub("is not in the script's folder", "")), 5)
  eq(io.open(outside), nil)
end)

for _, name in ipairs(made) do os.remove(name) end
