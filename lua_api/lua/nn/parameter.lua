--- Tensors that are trained.
-- @module nn.parameter

local options = require "nn.options"
local Module = require "nn.module"

--- A leaf with the values (and the memory) of tensor that becomes a parameter of the module it is assigned to.
-- @tparam tensor tensor of any shape and float dtype
-- @tparam[opt] table options requires_grad=true
-- @treturn tensor in the shape of tensor, sharing its memory
-- @raise anything but a tensor; a dtype that is not a float
-- @example nn.Parameter(lab.zeros(3)).requires_grad --> true
local function Parameter(tensor, ...)
  if not lab.is_tensor(tensor) then error("nn.Parameter: a tensor is needed, got " .. type(tensor), 2) end
  local o = options.read("nn.Parameter", { { "requires_grad", true, kind = "boolean" } }, ...)
  local parameter = tensor:detach()
  if o.requires_grad then
    parameter:requires_grad_(true)
  else
    Module._frozen[parameter] = true
  end
  return parameter
end

return Parameter
