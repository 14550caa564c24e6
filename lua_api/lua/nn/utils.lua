--- Gradient clipping, and parameters as one vector.
-- @module nn.utils

local core = require "optim.core"
local options = require "nn.options"

local utils = {}

--- Scales gradients so that their common norm is at most max_norm.
-- @tparam table|tensor parameters a list of tensors with gradients, or one
-- @tparam number max_norm the largest norm
-- @tparam[opt] table options norm_type=2 (math.huge: the largest), error_if_nonfinite=false
-- @treturn number the norm before
-- @raise with error_if_nonfinite: a norm that is inf or nan
-- @example local w = lab.tensor({3, 4}, {requires_grad=true}); w:sum():backward(); nn.utils.clip_grad_norm_(w, 1) > 1.4 --> true
function utils.clip_grad_norm_(parameters, max_norm, ...)
  local o = options.read("nn.utils.clip_grad_norm_",
    { { "norm_type", 2.0, kind = "number" }, { "error_if_nonfinite", false, kind = "boolean" } }, ...)
  return core.clip_grad_norm_(parameters, max_norm, o.norm_type, o.error_if_nonfinite)
end

--- Brings every element of the gradients between -clip_value and clip_value.
-- @tparam table|tensor parameters a list of tensors with gradients, or one
-- @tparam number clip_value the largest size of an element
-- @treturn nil
-- @example local w = lab.tensor({3, 4}, {requires_grad=true}); (w * 5):sum():backward(); nn.utils.clip_grad_value_(w, 1); w.grad --> [1, 1]
function utils.clip_grad_value_(parameters, clip_value)
  core.clip_grad_value_(parameters, clip_value)
end

--- All parameters as one vector, in order.
-- @tparam table parameters a list of tensors
-- @treturn tensor (n), n the number of all elements
-- @example nn.utils.parameters_to_vector(nn.Linear(2, 3):parameters()):numel() --> 9
function utils.parameters_to_vector(parameters)
  local flat = {}
  for i, p in ipairs(parameters) do flat[i] = p:reshape(-1) end
  return lab.cat(flat, 1)
end

--- Writes a vector back into parameters, in order.
-- @tparam tensor vector (n), as of parameters_to_vector
-- @tparam table parameters a list of tensors
-- @treturn nil
-- @raise a vector of another size
-- @example local l = nn.Linear(1, 1); nn.utils.vector_to_parameters(lab.tensor{2, 3}, l:parameters()); l.bias:item() --> 3.0
function utils.vector_to_parameters(vector, parameters)
  local needed, at = 0, 1
  for _, p in ipairs(parameters) do needed = needed + p:numel() end
  if vector:numel() ~= needed then
    error(("nn.utils.vector_to_parameters: %d numbers for parameters of %d"):format(vector:numel(), needed), 2)
  end
  lab.no_grad(function()
    for _, p in ipairs(parameters) do
      p:copy_(vector:narrow(1, at, p:numel()):reshape(p.shape))
      at = at + p:numel()
    end
  end)
end

return utils
