--- Ends the training when it no longer gets better.
-- @module nn.callbacks.early_stopping

local Callback = require "nn.callbacks.callback"

local Stopping = Callback.extend "EarlyStopping"

local parameters = {
  { "monitor", "val_loss", kind = "string" }, { "min_delta", 0, kind = "number" }, { "patience", 0, kind = "size" },
  { "mode", "auto", kind = "string" }, { "baseline", nil, kind = "number" },
  { "restore_best_weights", false, kind = "boolean" }, { "start_from_epoch", 0, kind = "size" },
}

function Stopping:on_train_begin()
  self:check_monitor()
  self.wait, self.best, self.best_epoch, self.stopped_epoch, self.weights = 0, nil, nil, nil, nil
end

-- Copies the model's state; the first copy's memory is used again.
function Stopping:keep(epoch, model)
  self.best_epoch = epoch
  if not self.restore_best_weights then return end
  if not model then self:fail("restore_best_weights needs the model: update(epoch, logs, model)") end
  local state = model:state_dict()
  if not self.weights then
    self.weights = {}
    for name, tensor in pairs(state) do self.weights[name] = tensor:clone() end
    return
  end
  lab.no_grad(function()
    for name, tensor in pairs(state) do self.weights[name]:copy_(tensor) end
  end)
end

function Stopping:on_epoch_end(epoch, logs, model)
  local value = self:monitored(logs)
  if value == nil or epoch <= self.start_from_epoch then return false end
  if self.restore_best_weights and not self.weights then self:keep(epoch, model) end
  self.wait = self.wait + 1
  if self:is_better(value, self.best) then
    self.best = value
    self:keep(epoch, model)
    if self.baseline == nil or self:is_better(value, self.baseline) then self.wait = 0 end
    return false
  end
  if self.wait < self.patience or epoch == 1 then return false end
  self.stopped_epoch = epoch
  return true
end

function Stopping:on_train_end(_, model)
  if self.weights and model then model:load_state_dict(self.weights) end
  self.weights = nil
end

--- Ends the training after patience epochs in which the watched value did not get better.
-- @tparam[opt] table options
--   monitor="val_loss"; min_delta=0: better means by more than this; patience=0; mode="auto", "min" or "max": auto is
--   max for accuracies and the like; baseline: epochs that are no better than this count as waiting;
--   restore_best_weights=false: at the end the model gets the state of the best epoch back, bit for bit;
--   start_from_epoch=0: so many epochs are not looked at
-- @treturn callback with the fields best, best_epoch, and stopped_epoch if it ended the training
-- @raise a mode that is none of these; when an epoch ends: a monitor that is not measured
-- @see nn.callbacks
-- @function nn.callbacks.EarlyStopping
-- @example local s = nn.callbacks.EarlyStopping{monitor="loss", patience=1}; s:update(1, {loss=1}); s:update(2, {loss=0.5}); s.best_epoch --> 2
return function(...)
  local self = Callback.make(Stopping, parameters, ...)
  self:is_rising() -- checks the mode
  return self
end
