--- Checks gradients against central differences, in float64.
--
-- Calls `fn(table.unpack(inputs))`; every float64 input with requires_grad is checked, every output tensor too
-- (each is weighted with fixed pseudo-random numbers and summed).
--
-- @tparam function fn of the inputs; returns one tensor or several
-- @tparam table inputs values; float64 tensors with requires_grad are checked
-- @tparam[opt] table options eps=1e-6 (the step), atol=1e-6, rtol=1e-4, second=false (true: checks the gradient of the
-- gradient instead)
-- @treturn boolean true
-- @raise a gradient that differs: the message names input, element and both values
-- @see lab.custom
-- @function gradcheck
-- @example lab.gradcheck(function(x) return x ^ 3 end, {lab.tensor({1, 2}, {dtype="float64", requires_grad=true})}) --> true
local known = { eps = true, atol = true, rtol = true, second = true }

-- A number that depends on position alone, between 0.5 and 1.5.
local function weights(shape, salt)
  local n = 1
  for _, s in ipairs(shape) do n = n * s end
  local flat = (lab.arange(1, n + 1, { dtype = "float64" }) * 0.7548776662 + salt * 0.5698402909):frac() + 0.5
  return flat:reshape(shape)
end

local function weighted_sum(outputs)
  local total
  for k, y in ipairs(outputs) do
    if lab.is_tensor(y) and y:is_floating_point() then
      local part = (y * weights(y.shape, k):to(y)):sum()
      total = total and total + part or part
    end
  end
  return assert(total, "gradcheck: the function returned no float tensor")
end

local function checked_inputs(inputs)
  local list = {}
  for i, x in ipairs(inputs) do
    if lab.is_tensor(x) and x.requires_grad then
      if x.dtype ~= "float64" then error("gradcheck: input " .. i .. " is " .. x.dtype .. "; only float64 is exact enough", 3) end
      list[#list + 1] = { position = i, x = x }
    end
  end
  if #list == 0 then error("gradcheck: no input requires a gradient", 3) end
  return list
end

-- The scalar function whose gradient is checked: fn itself, or a weighted sum of its gradients.
local function scalar_of(fn, inputs, second)
  if not second then return function() return weighted_sum { fn(table.unpack(inputs)) } end end
  return function()
    local wanted = {}
    for _, x in ipairs(inputs) do if lab.is_tensor(x) and x.requires_grad then wanted[#wanted + 1] = x end end
    local y = weighted_sum { fn(table.unpack(inputs)) }
    local grads = table.pack(lab.grad(y, wanted, { create_graph = true, allow_unused = true }))
    local list = {}
    for i = 1, grads.n do if grads[i] then list[#list + 1] = grads[i] end end
    return weighted_sum(list)
  end
end

return function(fn, inputs, options)
  options = options or {}
  for k in pairs(options) do
    if not known[k] then error("gradcheck: unknown option '" .. tostring(k) .. "' (options: eps, atol, rtol, second)", 2) end
  end
  local eps, atol, rtol = options.eps or 1e-6, options.atol or 1e-6, options.rtol or 1e-4
  if options.second then atol, rtol = math.max(atol, 1e-5), math.max(rtol, 1e-3) end
  local list = checked_inputs(inputs)
  local scalar = scalar_of(fn, inputs, options.second)
  local y = scalar()
  if not y.requires_grad then return true end -- constant in its inputs
  local wanted = {}
  for i, entry in ipairs(list) do wanted[i] = entry.x end
  local grads = table.pack(lab.grad(y, wanted, { allow_unused = true }))
  for i, entry in ipairs(list) do
    local x = entry.x
    local got = grads[i] and grads[i]:contiguous():view(-1) or lab.zeros(x:numel(), { dtype = "float64" })
    local place = lab.no_grad(function() return x:clone():view(-1) end)
    local original = place:clone()
    local function at(j, delta)
      place[j] = original[j] + delta
      lab.no_grad(function() x:copy_(place:view(x.shape)) end)
      local v = scalar():item()
      place[j] = original[j]
      lab.no_grad(function() x:copy_(place:view(x.shape)) end)
      return v
    end
    for j = 1, x:numel() do
      local want = (at(j, eps) - at(j, -eps)) / (2 * eps)
      local have = got[j]
      if not (math.abs(have - want) <= atol + rtol * math.abs(want)) and not (have ~= have and want ~= want) then
        error(string.format("gradcheck: input %d, element %d: gradient %.9g, central difference %.9g", entry.position, j, have, want), 2)
      end
    end
  end
  return true
end
