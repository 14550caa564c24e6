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

return callbacks
