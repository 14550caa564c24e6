-- operators.lua: the record of an operator from its row, completed by the comment of its name in docs/lab.  What the
-- signature, the family and the dtypes say is derived here; a comment adds what they cannot.
local operators = {}

local kinds = {
  T = "tensor", S = "tensor or number", ["T[]"] = "list of tensors", ["index[]"] = "list of index tensors or masks",
  index = "int64 tensor of positions, counted from 1", label = "int64 tensor of classes, counted from 1",
  int = "whole number", float = "number", bool = "true or false", str = "string", dtype = "name of a dtype",
  device = "name of a device", ints = "whole number or list of them", shape = "sizes: numbers, or one list",
  dim = "dimension, counted from 1; -1 is the last", dims = "dimension or list of them, counted from 1; -1 is the last",
  pos = "position, counted from 1", class = "class, counted from 1",
}
local counted = { dim = true, dims = true, pos = true, class = true }
local dtypes = { "float32", "float64", "bfloat16", "float16", "int64", "int32", "int8", "uint8", "bool" }

-- "x!:T, dim:dim?, p:float=2 -> T" to a list of {name=, kind=, default=, optional=}.  Rows count from 0.
local function parameters(sig)
  local list = {}
  for part in sig:match("^(.-)%s*%->"):gmatch("[^,]+") do
    local name, kind, more = part:match("^%s*([%w_]+)!?:([%w%[%]]+)(.*)$")
    local default = more:match("^=(.*)$")
    if default and kind == "str" then default = ('"%s"'):format(default) end
    if default and counted[kind] and default:find("^%d") then default = ("%d"):format(default + 1) end
    list[#list + 1] = { name = name, kind = kind, type = kinds[kind], text = "", default = default, optional = more ~= "" }
  end
  return list
end

local function has(list, kind)
  for _, p in ipairs(list) do if p.kind == kind then return p end end
end

local function signature(row, list)
  local names = {}
  for i, p in ipairs(list) do
    names[i] = p.name .. (p.default and "=" .. p.default or p.optional and "?" or "")
  end
  local lines = { ("lab.%s(%s)"):format(row.name, table.concat(names, ", ")) }
  local first = list[1]
  if first and (first.kind == "T" or first.kind == "S" or first.kind == "label" or first.kind == "index") then
    table.remove(names, 1)
    local in_place = row.inplace and not row.name:find("_$")
    if row.name:find("_$") then lines = {} end
    lines[#lines + 1] = ("%s:%s(%s)"):format(first.name, row.name, table.concat(names, ", ")) ..
      (in_place and ("   in place: %s:%s_(%s)"):format(first.name, row.name, #names > 0 and "…" or "") or "")
  end
  return lines
end

local pointwise = { UNARY = true, BINARY = true, TERNARY = true }
local not_float = "Integers and bools give the default float dtype."

-- What the family says about the result; nil if it says nothing.
local function result(row, list)
  local family, floats = row.family, row.types.float32 and not row.types.int64
  local tensors = 0
  for _, p in ipairs(list) do if p.kind == "T" or p.kind == "S" then tensors = tensors + 1 end end
  local one = list[1] and list[1].name
  if family == "PREDICATE" then return "tensor: bool, in the shape of x" end
  if family == "COMPARE" then return "tensor: bool, in the common shape that a and b broadcast to" end
  if pointwise[family] then
    local shape = tensors > 1 and "in the common shape that the arguments broadcast to, of their common dtype"
      or ("in the shape and dtype of %s"):format(one)
    return "tensor: " .. shape .. (floats and ". " .. not_float or "")
  end
  if family == "CREATE" and has(list, "shape") and one == "shape" then
    return "tensor: in the given shape and dtype (float32 unless told otherwise)"
  end
  if family == "CREATE" and one == "x" then return "tensor: in the shape, dtype and device of x, unless told otherwise" end
  if family == "REDUCE" and not row.sig:find("index") then
    local dtype = row.types.int64 and "" or " " .. not_float
    return "tensor: in the shape of x without dim (with size 1 there if keepdim); without dim a tensor of no dimensions, a single "
      .. "number." .. dtype
  end
end

local function list_of_dtypes(types)
  local list = {}
  for _, name in ipairs(dtypes) do if types[name] then list[#list + 1] = name end end
  return list
end

-- The errors that the signature and the dtypes imply.
local function errors(row, list, told)
  local all = {}
  local function add(text) all[#all + 1] = text end
  local tensors = 0
  for _, p in ipairs(list) do if p.kind == "T" or p.kind == "S" then tensors = tensors + 1 end end
  if pointwise[row.family] or row.family == "COMPARE" then
    if tensors > 1 then add("shapes that do not broadcast: sizes must be equal or 1, compared from the last dimension") end
  end
  if has(list, "dim") or has(list, "dims") then add("a dimension that the tensor does not have; 0, since dimensions count from 1") end
  if has(list, "index") or has(list, "index[]") then add("a position that is 0, beyond the size, or not an integer") end
  if has(list, "label") and not told:find("class") then add("a class that is 0, negative or beyond the number of classes") end
  if has(list, "shape") and list[1].name == "shape" then add("a negative size; more memory than there is") end
  if has(list, "device") then add("a device that this machine does not have") end
  if not row.types.bool and (pointwise[row.family] or row.family == "HAND" or row.family == "REDUCE") then
    local float_only = row.types.float32 and not row.types.int64
    if not row.types.float32 then add("a dtype that is not in the list above")
    elseif not float_only and not (list[1].kind == "T" and has(list, "S")) then -- numbers give bools another dtype
      add(has(list, "S") and "two bool tensors: x:to(\"int64\") first" or "a bool tensor: x:to(\"int64\") first")
    end
  end
  local optional = false
  for _, p in ipairs(list) do optional = optional or p.optional end
  add(optional and "an argument of another kind; an unknown option name (the message lists the known ones)"
    or "an argument that is missing or of another kind")
  if row.inplace and not row.name:find("_$") then
    add(("in place: a result that does not fit the shape or dtype of %s; a leaf that requires a gradient"):format(list[1].name))
  end
  return all
end

local function formulas(row, list)
  if not row.formula then return nil end
  local all = { "y = " .. row.formula }
  local several = list[2] and row.formulas[2] or row.sig:find("b:")
  for k, name in ipairs { "a", "b", "c" } do
    local d = row.formulas[k]
    if d then all[#all + 1] = ("gradient of %s: %s"):format(several and list[k] and list[k].name or list[1].name, d) end
  end
  return all
end

-- The record of a row; doc is the record of its comment, or nil.
function operators.read(row, doc)
  local list = parameters(row.sig)
  local record = {
    name = "lab." .. row.name, kind = "operator", chapter = row.chapter, summary = row.help, signature = signature(row, list),
    params = list, returns = {}, errors = errors(row, list, doc and table.concat(doc.errors, "\n") or ""), examples = { row.example }, see = {}, body = {},
    dtypes = list_of_dtypes(row.types), formulas = formulas(row, list),
    gradient = row.differentiable, row = row,
  }
  local derived = result(row, list)
  if not doc then
    record.returns[1] = derived
    return record
  end
  record.body, record.see = doc.body, doc.see
  record.returns = #doc.returns > 0 and doc.returns or { derived }
  record.errors = table.move(record.errors, 1, #record.errors, #doc.errors + 1, doc.errors)
  table.move(doc.examples, 1, #doc.examples, 2, record.examples)
  for _, given in ipairs(doc.params) do
    local known = false
    for _, p in ipairs(list) do
      if p.name == given.name then p.text, known = given.text, true end
    end
    if not known then record.stray = given.name end
  end
  return record
end

return operators
