--- Runs fn without keeping what its gradient needs; the backward pass runs it again (Chen et al., 2016).
-- Trades time for memory.  Random numbers are the same both times.
--
-- @tparam function fn of tensors, returns one tensor or several
-- @tparam any ... its arguments; at least one must require a gradient
-- @treturn tensor,... what fn returns
-- @example lab.checkpoint(function(x) return (x * x):sum() end, lab.tensor({1, 2}, {requires_grad=true})) --> 5
return function(fn, ...)
  if type(fn) ~= "function" then error("checkpoint: argument 1: a function expected, got " .. type(fn), 2) end
  local arguments = table.pack(...)
  local random = lab.get_rng_state()
  local run = lab.custom(function(_, ...) return fn(...) end, function(_, ...)
    local after = lab.get_rng_state()
    local inputs, again = {}, { n = arguments.n }
    for i = 1, arguments.n do
      local a = arguments[i]
      if lab.is_tensor(a) then
        local d = a:detach()
        if a.requires_grad then d:requires_grad_() end
        inputs[#inputs + 1] = d
        again[i] = d
      else
        again[i] = a
      end
    end
    local seeds = { ... }
    lab.set_rng_state(random)
    lab.enable_grad(function()
      local outputs = { fn(table.unpack(again, 1, again.n)) }
      lab.backward(outputs, seeds)
    end)
    lab.set_rng_state(after)
    local grads = {}
    for i, d in ipairs(inputs) do grads[i] = d.grad end
    return table.unpack(grads, 1, #inputs)
  end)
  return run(...)
end
