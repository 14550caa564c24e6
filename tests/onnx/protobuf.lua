-- protobuf.lua: just enough of the protobuf wire format and of onnx.proto3 to read models and tensors.
local M = {}

local function varint(s, i)
  local v, shift = 0, 0
  while true do
    local b = s:byte(i)
    v = v | (b & 127) << shift
    i = i + 1
    if b < 128 then return v, i end
    shift = shift + 7
  end
end

-- Calls field(number, value) for each field: an integer, or a string of bytes (also for fixed 32 and 64 bits).
local function each(s, field)
  local i = 1
  while i <= #s do
    local key, v
    key, i = varint(s, i)
    local number, wire = key >> 3, key & 7
    if wire == 0 then v, i = varint(s, i)
    elseif wire == 1 then v, i = s:sub(i, i + 7), i + 8
    elseif wire == 2 then
      local n
      n, i = varint(s, i)
      v, i = s:sub(i, i + n - 1), i + n
    elseif wire == 5 then v, i = s:sub(i, i + 3), i + 4
    else error("protobuf: wire type " .. wire) end
    field(number, v)
  end
end

local function packed(s, list, format)
  if format then
    for i = 1, #s, string.packsize(format) do list[#list + 1] = string.unpack(format, s, i) end
  else
    local i = 1
    while i <= #s do list[#list + 1], i = varint(s, i) end
  end
end

local function add_ints(list, v)
  if type(v) == "string" then packed(v, list) else list[#list + 1] = v end
end

local raw_formats = { [1] = "<f", [2] = "B", [3] = "b", [4] = "<I2", [5] = "<i2", [6] = "<i4", [7] = "<i8", [9] = "B", [10] = "<I2",
                      [11] = "<d", [12] = "<I4", [13] = "<I8", [16] = "<I2" }
local names = { [1] = "float32", [2] = "uint8", [3] = "int8", [4] = "uint16", [5] = "int16", [6] = "int32", [7] = "int64", [8] = "string",
                [9] = "bool", [10] = "float16", [11] = "float64", [12] = "uint32", [13] = "uint64", [14] = "complex64", [16] = "bfloat16" }

local function half(u)
  local sign, e, m = u >> 15 == 1 and -1 or 1, u >> 10 & 31, u & 1023
  if e == 31 then return m == 0 and sign * math.huge or 0 / 0 end
  return sign * (e == 0 and m * 2.0 ^ -24 or (m + 1024) * 2.0 ^ (e - 25))
end

-- A TensorProto: {dims, type, values}.
function M.tensor(s)
  local t = { dims = {}, values = {} }
  local raw
  each(s, function(n, v)
    if n == 1 then add_ints(t.dims, v)
    elseif n == 2 then t.type = names[v]; t.code = v
    elseif n == 4 then packed(v, t.values, "<f")
    elseif n == 5 or n == 7 or n == 11 then add_ints(t.values, v)
    elseif n == 6 then t.values[#t.values + 1] = v
    elseif n == 8 then t.name = v
    elseif n == 9 then raw = v
    elseif n == 10 then packed(v, t.values, "<d") end
  end)
  if raw and raw_formats[t.code] then packed(raw, t.values, raw_formats[t.code]) end
  if t.type == "float16" then for i, u in ipairs(t.values) do t.values[i] = half(u & 0xffff) end end
  if t.type == "bfloat16" then
    for i, u in ipairs(t.values) do t.values[i] = string.unpack("<f", string.pack("<I4", (u & 0xffff) << 16)) end
  end
  if t.type == "int32" or t.type == "int8" or t.type == "int16" then
    for i, v in ipairs(t.values) do if v >= 1 << 31 then t.values[i] = v | ~0xffffffff end end
  end
  return t
end

local function attribute(s)
  local a = { ints = {}, floats = {}, strings = {} }
  each(s, function(n, v)
    if n == 1 then a.name = v
    elseif n == 2 then a.value = string.unpack("<f", v)
    elseif n == 3 then a.value = v
    elseif n == 4 then a.value = v
    elseif n == 5 then a.value = M.tensor(v)
    elseif n == 6 then a.graph = true
    elseif n == 7 then
      if #v == 4 then a.floats[#a.floats + 1] = string.unpack("<f", v) else packed(v, a.floats, "<f") end
      a.list = a.floats
    elseif n == 8 then add_ints(a.ints, v); a.list = a.ints
    elseif n == 9 then a.strings[#a.strings + 1] = v; a.list = a.strings
    elseif n == 20 then a.kind = v end
  end)
  if a.value == nil then a.value = a.list or (a.kind == 7 and {}) or (a.kind == 2 and 0) or nil end
  return a
end

local function node(s)
  local x = { input = {}, output = {}, attr = {} }
  each(s, function(n, v)
    if n == 1 then x.input[#x.input + 1] = v
    elseif n == 2 then x.output[#x.output + 1] = v
    elseif n == 4 then x.op = v
    elseif n == 5 then
      local a = attribute(v)
      x.attr[a.name] = a.value
      if a.graph then x.graph = true end
    end
  end)
  return x
end

-- Name of a ValueInfoProto, and whether it is a tensor (not a sequence, map or optional value).
local function value_name(s)
  local name, tensor = nil, true
  each(s, function(n, v)
    if n == 1 then name = v end
    if n == 2 then each(v, function(k) tensor = k == 1 or k == 6 end) end
  end)
  return name, tensor
end

-- A ModelProto: {nodes, inputs, outputs, constants, opset}.
function M.model(s)
  local m = { nodes = {}, inputs = {}, outputs = {}, constants = {}, opset = 0 }
  each(s, function(n, v)
    if n == 8 then
      local domain, version = "", 0
      each(v, function(k, w) if k == 1 then domain = w elseif k == 2 then version = w end end)
      if domain == "" then m.opset = version else m.domain = domain end
    elseif n == 7 then
      each(v, function(k, w)
        if k == 1 then m.nodes[#m.nodes + 1] = node(w)
        elseif k == 5 then
          local t = M.tensor(w)
          m.constants[t.name] = t
        elseif k == 11 or k == 12 then
          local list = k == 11 and m.inputs or m.outputs
          local name, tensor = value_name(w)
          list[#list + 1] = name
          if not tensor then m.other_values = true end
        end
      end)
    end
  end)
  return m
end

return M
