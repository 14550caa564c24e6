--- A smaller learning rate when the training no longer gets better.
-- @module nn.callbacks.reduce_lr_on_plateau

local Callback = require "nn.callbacks.callback"

local Plateau = Callback.extend "ReduceLROnPlateau"
Plateau.schedules = true

local parameters = {
  { "monitor", "val_loss", kind = "string" }, { "factor", 0.1, kind = "number" }, { "patience", 10, kind = "size" },
  { "mode", "auto", kind = "string" }, { "min_delta", 1e-4, kind = "number" }, { "cooldown", 0, kind = "size" },
  { "min_lr", 0, kind = "number" }, { "optimizer", nil, kind = "table" },
}

function Plateau:on_train_begin()
  self:check_monitor()
  self.schedule = nil
end

-- Keras counts one epoch less than PyTorch's scheduler before it acts.
local function schedule(self, model)
  local optimizer = self.optimizer or model and model.optimizer
  if not optimizer then self:fail("there is no optimiser: give optimizer=opt, or compile the model") end
  return require("optim").lr_scheduler.ReduceLROnPlateau(optimizer, {
    mode = self:is_rising() and "max" or "min", factor = self.factor, patience = math.max(0, self.patience - 1),
    threshold = self.min_delta, threshold_mode = "abs", cooldown = math.max(0, self.cooldown - 1), min_lr = self.min_lr, eps = 0,
  })
end

function Plateau:on_epoch_end(_, logs, model)
  local value = self:monitored(logs)
  if value == nil then return false end
  self.schedule = self.schedule or schedule(self, model)
  self.schedule:step(value)
  return false
end

--- Multiplies the learning rate by factor after patience epochs in which the watched value did not get better.
-- @tparam[opt] table options monitor="val_loss", factor=0.1, patience=10, mode="auto", "min" or "max",
--   min_delta=1e-4: better means by more than this, cooldown=0: epochs after a change in which nothing is counted,
--   min_lr=0, optimizer=model.optimizer
-- @treturn callback for fit, or for a loop by its update
-- @raise a mode that is none of these; when an epoch ends: a monitor that is not measured
-- @see nn.callbacks
-- @function nn.callbacks.ReduceLROnPlateau
-- @example nn.callbacks.ReduceLROnPlateau{factor=0.5}.patience --> 10
return function(...)
  local self = Callback.make(Plateau, parameters, ...)
  self:is_rising()
  return self
end
