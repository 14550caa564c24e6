--- Ends a training that has diverged.
-- @module nn.callbacks.terminate_on_nan

local Callback = require "nn.callbacks.callback"

local Terminate = Callback.extend "TerminateOnNaN"

local function diverged(_, _, logs)
  local loss = logs.loss
  if lab.is_tensor(loss) then loss = loss:item() end
  return loss ~= nil and (loss ~= loss or math.abs(loss) == math.huge)
end

Terminate.on_batch_end, Terminate.on_epoch_end = diverged, diverged

--- Ends the training at the first batch whose loss is nan or infinite.
-- @tparam any ... it takes no options
-- @treturn callback for fit, or for a loop by its update
-- @see nn.callbacks
-- @function nn.callbacks.TerminateOnNaN
-- @example nn.callbacks.TerminateOnNaN():update(1, {loss=0/0}) --> true
return function(...) return Callback.make(Terminate, {}, ...) end
