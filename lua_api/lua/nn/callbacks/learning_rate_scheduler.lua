--- The learning rate while training.
-- @module nn.callbacks.learning_rate_scheduler

local Callback = require "nn.callbacks.callback"

local Scheduler = Callback.extend "LearningRateScheduler"
Scheduler.schedules = true -- fit shows and keeps the learning rate

local parameters = {
  { "schedule", required = true }, { "per", nil, kind = "string" }, { "monitor", "val_loss", kind = "string" },
  { "optimizer", nil, kind = "table" },
}

function Scheduler:set(epoch, model)
  local optimizer = self.optimizer or model and model.optimizer
  if not optimizer then self:fail("there is no optimiser: give {optimizer=opt}, or compile the model") end
  local rate = self.schedule(epoch, optimizer.lr)
  if lab.is_tensor(rate) then rate = rate:item() end
  if type(rate) ~= "number" then self:fail("the function gave %s; the learning rate is needed", type(rate)) end
  optimizer.lr = rate
end

function Scheduler:on_train_begin(_, model)
  local of = not self.is_function and self.schedule.optimizer
  if of and self.params and model.optimizer ~= of then
    self:fail("the schedule is for another optimiser than the one that trains the model: make it of model.optimizer, after compile")
  end
  if self.needs_value then self:check_monitor() end
end

function Scheduler:on_epoch_begin(epoch, _, model)
  if self.is_function then self:set(epoch, model) end
end

function Scheduler:on_batch_end()
  if self.per == "batch" and not self.is_function then self.schedule:step() end
  return false
end

function Scheduler:on_epoch_end(_, logs)
  if self.is_function or self.per == "batch" then return false end
  if self.needs_value then
    local value = self:monitored(logs)
    if value ~= nil then self.schedule:step(value) end
  else
    self.schedule:step()
  end
  return false
end

-- In a loop by hand an epoch's end sets the rate of the next.
function Scheduler:update(epoch, logs, model)
  if self.is_function then
    self:set(epoch + 1, model)
    return false
  end
  return Callback.update(self, epoch, logs, model)
end

--- Changes the learning rate: by a function, or by a schedule of optim.lr_scheduler.
-- @param schedule a function(epoch, rate) that gives the rate of the epoch, before it begins (epochs count from 1); or an
--   object with step(), which is called after each epoch
-- @tparam[opt] table options per="epoch", or "batch": step() after each batch, as OneCycleLR and CyclicLR are made for and
--   get if it is not given; monitor="val_loss": what ReduceLROnPlateau is told; optimizer=model.optimizer: for functions
-- @treturn callback for fit, or for a loop by its update
-- @raise a schedule that is neither; a function that gives no number; in fit: a schedule of another optimiser than the model's
-- @see nn.callbacks
-- @function nn.callbacks.LearningRateScheduler
-- @example nn.callbacks.LearningRateScheduler(function(epoch, rate) return rate * 0.9 end).per --> epoch
-- @example nn.callbacks.LearningRateScheduler(optim.lr_scheduler.StepLR(optim.SGD{nn.Parameter(lab.zeros(1))}, 10)).per --> epoch
return function(...)
  local self = Callback.make(Scheduler, parameters, ...)
  self.is_function = type(self.schedule) == "function"
  if not self.is_function and not (type(self.schedule) == "table" and type(self.schedule.step) == "function") then
    self:fail("a function(epoch, rate) or a schedule of optim.lr_scheduler is needed, got %s", type(self.schedule))
  end
  local of_batches = not self.is_function and (self.schedule.kind == "OneCycleLR" or self.schedule.kind == "CyclicLR")
  self.per = self.per or of_batches and "batch" or "epoch"
  if self.per ~= "epoch" and self.per ~= "batch" then self:fail("per=\"%s\": it is \"epoch\" or \"batch\"", self.per) end
  if self.is_function and self.per == "batch" then self:fail("per=\"batch\" is for schedules with step(), not for a function") end
  self.needs_value = not self.is_function and self.schedule.needs_metric
  return self
end
