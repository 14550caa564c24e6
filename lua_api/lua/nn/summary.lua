--- The layers of a model with their shapes and parameters, as a table.
-- @module nn.summary

local Module = require "nn.module"
local console = require "lab.console"
local ends = require "nn.ends"
local options = require "nn.options"
local readable = require "nn.readable"

local BATCH = 2 -- rows of a made-up input; shown as N

local function fail(format, ...) error("summary: " .. format:format(...), 3) end

local function is_frozen(p) return not p.requires_grad end

-- ---- the input --------------------------------------------------------------------------------------

-- An input made up from what the first layer takes; nil if that does not tell it.
local function made_up(model)
  local layer = ends.first(model)
  if not layer then return nil end
  if layer.num_embeddings then return { lab.ones(BATCH, 1, { dtype = "int64", device = layer.weight.device }) } end
  return { lab.zeros(BATCH, layer.in_features, { dtype = layer.weight.dtype, device = layer.weight.device }) }
end

local function of_size(model, size, dtype)
  for _, n in ipairs(size) do
    if math.type(n) ~= "integer" or n < 0 then fail("input_size should be a list of sizes such as {1, 784}") end
  end
  local first = model:parameters()[1]
  local where = { dtype = dtype or first and first.dtype or "float32", device = first and first.device }
  if where.dtype == "int64" then return lab.ones(size, where) end
  return lab.zeros(size, where)
end

-- The inputs to try the model on, and whether their first size stands for any.
local function inputs_of(model, o)
  if lab.is_tensor(o.input) then return { o.input }, false end
  if type(o.input) == "table" then return o.input, false end
  local size = o.input_size
  if size == nil then return made_up(model), true end
  if type(size[1]) ~= "table" then size = { size } end
  local list = {}
  for i, each in ipairs(size) do list[i] = of_size(model, each, o.dtype) end
  return list, false
end

-- ---- shapes -----------------------------------------------------------------------------------------

local function shape_of(value, any_batch)
  if not lab.is_tensor(value) then return type(value) == "table" and "several" or "" end
  local parts = {}
  for i, n in ipairs(value.shape) do parts[i] = i == 1 and any_batch and n == BATCH and "N" or tostring(n) end
  return "(" .. table.concat(parts, ", ") .. ")"
end

-- What each module gives for the inputs: module → shape, and the bytes of all outputs of layers; an error, if there is one.
local function try(model, inputs, any_batch)
  local shapes, bytes, modules, kept = {}, 0, model:named_modules(), {}
  for i, entry in ipairs(modules) do kept[i] = { entry[2], rawget(entry[2], "forward"), entry[2].training } end
  local _ <close> = console.guard(function()
    for _, each in ipairs(kept) do
      rawset(each[1], "forward", each[2])
      each[1].training = each[3]
    end
  end)
  for _, entry in ipairs(modules) do
    local module = entry[2]
    local own = module.forward
    rawset(module, "forward", function(self, ...)
      local result = own(self, ...)
      shapes[self] = shape_of(result, any_batch)
      if lab.is_tensor(result) and #self:children() == 0 then bytes = bytes + result:numel() * result:element_size() end
      return result
    end)
  end
  model:eval()
  local ok, message = pcall(lab.no_grad, function() return model(table.unpack(inputs)) end)
  return shapes, bytes, not ok and tostring(message) or nil
end

-- ---- the table --------------------------------------------------------------------------------------

local function own_parameters(module)
  local list = {}
  for _, entry in ipairs(module:named_parameters()) do
    if not entry[1]:find(".", 1, true) then list[#list + 1] = entry[2] end
  end
  return list
end

local function count(list)
  local n = 0
  for _, p in ipairs(list) do n = n + p:numel() end
  return n
end

local function count_text(n, frozen, any)
  if n == 0 then return any and "(shared)" or "" end
  return readable.count(n) .. (frozen == n and " frozen" or frozen > 0 and " partly frozen" or "")
end

-- One row for each module: name, shape, parameters of its own; a part that is used twice is counted once.
local function rows_of(model, shapes)
  local rows, seen, counted = {}, {}, {}
  local function add(name, module, depth)
    local title = ("  "):rep(depth) .. (name == "" and module.name or ("%s: %s"):format(name, module.name))
    if seen[module] then
      rows[#rows + 1] = { title, shapes[module] or "", "(again)" }
      return
    end
    seen[module] = true
    local own, frozen, n = own_parameters(module), 0, 0
    for _, p in ipairs(own) do
      if not counted[p] then
        counted[p], n = true, n + p:numel()
        if is_frozen(p) then frozen = frozen + p:numel() end
      end
    end
    rows[#rows + 1] = { title, shapes[module] or "", count_text(n, frozen, #own > 0) }
    for _, child in ipairs(module:named_children()) do add(tostring(child[1]), child[2], depth + 1) end
  end
  add("", model, 0)
  return rows
end

local function padded(text, columns, right)
  text = console.cut(text, columns)
  local space = (" "):rep(columns - console.columns(text))
  return right and space .. text or text .. space
end

local function widest(rows, k)
  local most = 0
  for _, row in ipairs(rows) do most = math.max(most, console.columns(row[k])) end
  return most
end

-- The rows under a head, not wider than the terminal: names give way, then shapes.
local function table_text(rows)
  table.insert(rows, 1, { "layer", "output", "parameters" })
  local _, columns, utf8_shown = console.terminal()
  local b, c = widest(rows, 2), widest(rows, 3)
  local a = math.min(widest(rows, 1), math.max(12, columns - b - c - 4))
  b = math.min(b, math.max(6, columns - a - c - 4))
  local lines = {}
  for i, row in ipairs(rows) do
    local line = padded(row[1], a) .. "  " .. padded(row[2], b) .. "  " .. padded(row[3], c, true)
    lines[i] = line:gsub(" +$", "")
  end
  table.insert(lines, 2, (utf8_shown and "─" or "-"):rep(a + b + c + 4))
  return table.concat(lines, "\n")
end

local function bytes_of(list)
  local n = 0
  for _, t in ipairs(list) do n = n + t:numel() * t:element_size() end
  return n
end

local function totals(model, activations, any_batch)
  local parameters, frozen, buffers = model:parameters(), {}, model:buffers()
  for _, p in ipairs(parameters) do if is_frozen(p) then frozen[#frozen + 1] = p end end
  local all, still = count(parameters), count(frozen)
  local lines = {
    ("%s parameters (%s)%s"):format(readable.count(all), readable.bytes(bytes_of(parameters)),
      still > 0 and (": %s trainable, %s frozen"):format(readable.count(all - still), readable.count(still)) or ", all trainable"),
  }
  if all == 0 then lines[1] = "no parameters" end
  if #buffers > 0 then
    lines[#lines + 1] = ("%s numbers in buffers (%s)"):format(readable.count(count(buffers)), readable.bytes(bytes_of(buffers)))
  end
  if activations > 0 then
    lines[#lines + 1] = ("%s for the layers' outputs %s"):format(readable.bytes(any_batch and activations // BATCH or activations),
      any_batch and "per sample" or "of this input")
  end
  return table.concat(lines, "\n")
end

local known = {
  { "input" }, { "input_size", nil, kind = "table" }, { "dtype", nil, kind = "string" },
}

--- Prints the model's layers with the shapes they give and their parameters, and the totals.
--
-- The shapes come from trying the model once, in evaluation mode.  Without an input one is made up if the first layer is
-- nn.Linear or nn.Embedding; N then stands for the size of a batch.
--
--     model:summary()
--     model:summary{input_size={1, 784}}
-- @tparam[opt] tensor input to try the model on, or a list of tensors for several inputs
-- @tparam[opt] table options input_size: the shape of an input of zeros, such as {1, 784}, or a list of shapes; dtype: of that
--   input, the parameters' if not given
-- @treturn nil
-- @raise an input that is no tensor
-- @example type(nn.Linear(2, 1).summary) --> function
function Module:summary(...)
  local given = ...
  local o
  if type(given) == "table" and getmetatable(given) == nil and lab.is_tensor(given[1]) then
    o = { input = given }
  else
    o = options.read("summary", known, ...)
  end
  if o.input ~= nil and not lab.is_tensor(o.input) and type(o.input) ~= "table" then
    fail("the input should be a tensor, got %s", type(o.input))
  end
  local inputs, any_batch = inputs_of(self, o)
  local shapes, activations, problem = {}, 0, nil
  if inputs then shapes, activations, problem = try(self, inputs, any_batch) end
  print(table_text(rows_of(self, shapes)))
  print("\n" .. totals(self, activations, any_batch))
  if not inputs then
    print("for the output shapes give an input: model:summary(x) or model:summary{input_size={1, …}}")
  elseif problem then
    print("the model failed on this input: " .. problem)
  end
end

return Module
