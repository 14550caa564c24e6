--- Callbacks: what fit does besides training, in the order they are given.
--
--     model:fit(x, y, {epochs=100, validation_split=0.2, callbacks={
--       nn.callbacks.EarlyStopping{patience=5, restore_best_weights=true},
--       nn.callbacks.CSVLogger("log.csv"),
--       function(epoch, logs, model) return logs.val_loss < 0.01 end,           -- true ends the training
--       {on_batch_end = function(self, step, logs, model) … end},
--       optim.lr_scheduler.StepLR(model.optimizer, 10),                         -- a step for each epoch
--     }})
--
-- A table may have on_train_begin(self, logs, model), on_train_end(self, logs, model), on_epoch_begin(self, epoch, logs,
-- model), on_epoch_end(self, epoch, logs, model), on_batch_begin(self, step, logs, model) and on_batch_end(self, step, logs,
-- model); logs holds loss, the metrics and, at the end of an epoch, val_loss …; true from one that ends an epoch or a
-- batch ends the training, as model.stop_training = true does.
--
-- In a loop written by hand those of this module are told of every epoch by one call:
--
--     local stopper = nn.callbacks.EarlyStopping{patience=5, restore_best_weights=true}
--     for epoch = 1, 100 do
--       …
--       if stopper:update(epoch, {val_loss=validate()}, model) then break end
--     end
--     stopper:finish()                                                         -- the best weights are back
-- @module nn.callbacks
-- @example nn.callbacks.EarlyStopping{patience=5}.patience --> 5

local files = {
  EarlyStopping = "early_stopping", ModelCheckpoint = "model_checkpoint", LearningRateScheduler = "learning_rate_scheduler",
  ReduceLROnPlateau = "reduce_lr_on_plateau", CSVLogger = "csv_logger", TerminateOnNaN = "terminate_on_nan",
}

local callbacks = {}
for name, file in pairs(files) do
  callbacks[name] = function(...) return require("nn.callbacks." .. file)(...) end
end

--- For loops written by hand: an epoch has ended.
-- @tparam integer epoch its number, from 1
-- @tparam table logs what was measured, such as {val_loss=0.5}: numbers, or tensors of one
-- @tparam[opt] nn.Module model the model, for those that save it or bring weights back
-- @treturn boolean true if the training should end; it has then ended for this callback, and weights are back
-- @raise something that is watched but not in logs
-- @see nn.callbacks
-- @function nn.callbacks.Callback:update
-- @example local s = nn.callbacks.EarlyStopping{monitor="loss"}; s:update(1, {loss=1}); s:update(2, {loss=2}) --> true

--- For loops written by hand: the training has ended.
-- @treturn nil
-- @see nn.callbacks
-- @function nn.callbacks.Callback:finish
-- @example type(nn.callbacks.EarlyStopping().finish) --> function

return callbacks
