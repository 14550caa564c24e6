-- Callbacks in fit, and in loops written by hand.

local C = nn.callbacks

local function bytes(model)
  local parts = {}
  for _, t in ipairs(model:parameters()) do
    for _, x in ipairs(t:detach():contiguous():view(-1):tolist()) do parts[#parts + 1] = string.pack("d", x) end
  end
  return table.concat(parts)
end

local function model_and_data(lr)
  lab.manual_seed(4)
  local x = lab.randn(40, 3)
  local net = nn.Sequential(nn.Linear(3, 6), nn.Tanh(), nn.Linear(6, 1))
  return net:compile { optimizer = { "sgd", lr = lr or 0.1 }, loss = "mse" }, x, x:sum(2) + 0.3 * lab.randn(40)
end

local function fit(callbacks, options)
  local net, x, y = model_and_data(options and options.lr)
  local history = net:fit(x, y, { epochs = options and options.epochs or 5, validation_split = 0.25, verbose = 0, callbacks = callbacks })
  return history, net, x, y
end

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("a")
  file:close()
  return text
end

test("events come in Keras's order, with the model", function()
  local seen, names = {}, nil
  local recorder = {}
  for _, name in ipairs { "on_train_begin", "on_train_end", "on_epoch_begin", "on_epoch_end", "on_batch_begin", "on_batch_end" } do
    recorder[name] = function(self, n, logs, model)
      eq(self == recorder, true)
      if name:find("train") then model, n = logs, "" end
      eq(model.name, "Sequential")
      names = self.params.names
      seen[#seen + 1] = name:sub(4) .. n
    end
  end
  local net, x, y = model_and_data()
  net:fit(x, y, { epochs = 1, batch_size = 30, verbose = 0, callbacks = { recorder } })
  eq(table.concat(seen, " "), "train_begin epoch_begin1 batch_begin1 batch_end1 batch_begin2 batch_end2 epoch_end1 train_end")
  eq(names, { "loss" })
end)

test("a function gets epoch, logs and model, and true ends the training", function()
  local history = fit { function(epoch, logs, model)
    eq({ type(logs.loss), type(logs.val_loss), model.name }, { "number", "number", "Sequential" })
    return epoch == 3
  end }
  eq(#history.loss, 3)
  eq(#fit { { on_batch_end = function(_, step) return step == 1 end } }.loss, 1)
end)

-- ---- EarlyStopping ------------------------------------------------------------------------------------

-- The epoch at which the values end the training, or nil.
local function stops(options, values, name)
  local stopper = C.EarlyStopping(options)
  for epoch, value in ipairs(values) do
    if stopper:update(epoch, { [name or "val_loss"] = value }) then return epoch, stopper end
  end
  return nil, stopper
end

-- The epochs by Keras 3's rule.
test("EarlyStopping waits as Keras does", function()
  eq(stops({}, { 3, 2, 2, 1 }), 3)
  eq(stops({ patience = 1 }, { 3, 2, 2, 1 }), 3)
  eq(stops({ patience = 2 }, { 3, 2, 2.5, 2, 1 }), 4)
  eq(stops({ patience = 2 }, { 3, 2, 2.5, 1, 0.5 }), nil)
  eq(stops({ patience = 2, min_delta = 0.5 }, { 3, 2.8, 2.6, 1 }), 3)
  eq(stops({ patience = 2, mode = "max" }, { 3, 2, 1 }), 3)
  eq(stops({ patience = 2, monitor = "val_accuracy" }, { 0.5, 0.6, 0.6, 0.5 }, "val_accuracy"), 4)
  eq(stops({ patience = 3, baseline = 0.5 }, { 3, 2, 1, 0.9 }), nil)
  eq(stops({ patience = 3, baseline = 0.5 }, { 3, 2, 1, 1 }), 4)
  eq(stops({ start_from_epoch = 3 }, { 1, 2, 3, 4, 5 }), 5)
  eq(stops({ patience = 2 }, { 1, 0 / 0, 0 / 0 }), 3)
  eq(stops({ patience = 1 }, { lab.tensor(1), lab.tensor(2) }), 2)
  local _, stopper = stops({ patience = 2 }, { 3, 1, 2, 2 })
  eq({ stopper.best, stopper.best_epoch, stopper.stopped_epoch }, { 1, 2, 4 })
end)

test("less of a loss or an error is better, whatever it is called", function()
  eq(stops({ patience = 2, monitor = "dice_loss" }, { 3, 2, 1 }, "dice_loss"), nil)
  eq(stops({ patience = 2, monitor = "score_error" }, { 3, 2, 1 }, "score_error"), nil)
  eq(stops({ patience = 2, monitor = "dice" }, { 3, 2, 1 }, "dice"), 3)
end)

test("EarlyStopping brings the best weights back, bit for bit, in fit and by hand", function()
  local states = {}
  local stopper = C.EarlyStopping { patience = 3, restore_best_weights = true }
  local history, net = fit({ stopper, function(epoch, _, model) states[epoch] = bytes(model) end }, { lr = 0.6, epochs = 60 })
  eq(#history.loss, stopper.stopped_epoch)
  eq(stopper.stopped_epoch, stopper.best_epoch + 3)
  local best = 1
  for epoch, value in ipairs(history.val_loss) do if value < history.val_loss[best] then best = epoch end end
  eq(stopper.best_epoch, best)
  eq(bytes(net) == states[best], true)
  eq(bytes(net) == states[#history.loss], false)

  local model, weights = nn.Linear(2, 1), nil
  local by_hand = C.EarlyStopping { patience = 2, restore_best_weights = true }
  for epoch, value in ipairs { 3, 1, 2, 2, 5 } do
    lab.no_grad(function() model.weight:add_(1) end)
    if epoch == 2 then weights = bytes(model) end
    if by_hand:update(epoch, { val_loss = value }, model) then break end
  end
  eq({ by_hand.stopped_epoch, bytes(model) == weights }, { 4, true })
  by_hand:finish()
  by_hand:update(1, { val_loss = 1 }, model)
  lab.no_grad(function() model.weight:add_(1) end)
  by_hand:finish()
  eq(bytes(model) == weights, true)
end)

test("what is watched must be measured", function()
  local net, x, y = model_and_data()
  for _, callback in ipairs { C.EarlyStopping(), C.ReduceLROnPlateau(), C.ModelCheckpoint("a.safetensors", { save_best_only = true }) } do
    fails(function() net:fit(x, y, { verbose = 0, callbacks = { callback } }) end, "give fit a validation_split")
    eq(#net.history.epoch, 0) -- before any epoch
  end
  fails(function() fit { C.EarlyStopping { monitor = "val_los" } } end, "did you mean \"val_loss\"?")
  fails(function() C.EarlyStopping():update(1, { loss = 1 }) end, "monitor \"val_loss\" is not measured; there is loss")
  fails(function() C.EarlyStopping { mode = "least" } end, "it is \"min\", \"max\" or \"auto\"")
  fails(function() C.EarlyStopping { patiense = 1 } end, "did you mean 'patience'?")
  fails(function() C.EarlyStopping { restore_best_weights = true }:update(1, { val_loss = 1 }) end, "needs the model")
  local stopper = C.EarlyStopping { patience = 1 }
  net:fit(x, y, { epochs = 2, validation_split = 0.2, verbose = 0, callbacks = { stopper } })
  eq(stopper.params, nil) -- so that a loop by hand after fit is checked
  fails(function() stopper:update(1, { val_los = 1 }) end, "monitor \"val_loss\" is not measured; there is val_los")
  local stumbling = { on_epoch_end = function() error("stumbled") end }
  fails(function() net:fit(x, y, { verbose = 0, callbacks = { stumbling } }) end, "stumbled")
  eq(stumbling.params, nil)
  local sparse = C.EarlyStopping { patience = 1 }
  net:fit(x, y, { epochs = 4, validation_split = 0.2, validation_freq = 2, verbose = 0, callbacks = { sparse } })
end)

-- ---- files --------------------------------------------------------------------------------------------

test("ModelCheckpoint saves each epoch, or the best", function()
  local folder = os.tmpname()
  os.remove(folder)
  local path = folder .. "-{epoch:02d}-{val_loss:.2f}.safetensors"
  local states, files = {}, {}
  local all, best = C.ModelCheckpoint(path), C.ModelCheckpoint { folder .. ".safetensors", save_best_only = true }
  local history, net = fit({ all, best, function(epoch, _, model)
    states[epoch], files[epoch] = bytes(model), all.saved
  end }, { lr = 0.6, epochs = 4 })
  for epoch = 1, 4 do
    eq(files[epoch]:sub(#folder + 1), ("-%02d-%.2f.safetensors"):format(epoch, history.val_loss[epoch]))
    net:load_state_dict(lab.load(files[epoch]))
    eq(bytes(net) == states[epoch], true)
    os.remove(files[epoch])
  end
  local least = 1
  for epoch, value in ipairs(history.val_loss) do if value < history.val_loss[least] then least = epoch end end
  eq(best.best, history.val_loss[least])
  net:load_state_dict(lab.load(best.saved))
  eq(bytes(net) == states[least], true)
  best.best, best.saved = -1, nil -- as if an earlier call of fit had been better
  net:fit(lab.ones(2, 3), { 1, 2 }, { validation_data = { lab.ones(2, 3), { 1, 2 } }, verbose = 0, callbacks = { best } })
  eq(best.saved, nil)
  os.remove(folder .. ".safetensors")
  fails(function() C.ModelCheckpoint("model.pt") end, "should end in .safetensors")
  fails(function() C.ModelCheckpoint("a{val_acc}.safetensors"):update(1, {}, net) end, "'val_acc' is neither epoch nor measured")
  fails(function() C.ModelCheckpoint() end, "'path' is missing")
end)

test("CSVLogger writes all digits, and goes on where it was", function()
  local path = os.tmpname()
  local history = fit({ C.CSVLogger(path) }, { epochs = 2 })
  local want = { "epoch,loss,val_loss" }
  for epoch = 1, 2 do want[epoch + 1] = ("%d,%.17g,%.17g"):format(epoch, history.loss[epoch], history.val_loss[epoch]) end
  eq(read(path), table.concat(want, "\n") .. "\n")
  fit({ C.CSVLogger { path, append = true, separator = "," } }, { epochs = 1 })
  eq(select(2, read(path):gsub("epoch", "")), 1)
  eq(select(2, read(path):gsub("\n", "")), 4)
  local log = C.CSVLogger(path, { separator = ";" })
  log:update(1, { loss = 0.5, ["a;b"] = 2 })
  log:update(2, { loss = lab.tensor(0.25) })
  eq(read(path), 'epoch;"a;b";loss\n1;2;0.5\n2;;0.25\n')
  os.remove(path)
  fails(function() C.CSVLogger("/nowhere/at/all.csv"):update(1, { loss = 1 }) end, "CSVLogger: /nowhere/at/all.csv")
end)

-- ---- the learning rate --------------------------------------------------------------------------------

test("a function sets the rate of each epoch, and history holds it", function()
  local history, net = fit({ C.LearningRateScheduler(function(epoch, rate) return epoch == 1 and rate or rate / 2 end) },
    { epochs = 4, lr = 0.4 })
  eq(history.learning_rate, { 0.4, 0.2, 0.1, 0.05 })
  eq(net.optimizer.lr, 0.05)
  local opt = optim.SGD({ nn.Parameter(lab.zeros(1)) }, { lr = 1 })
  local by_hand = C.LearningRateScheduler(function(epoch) return 1 / epoch end, { optimizer = opt })
  by_hand:update(1, {})
  eq(opt.lr, 0.5)
  fails(function() C.LearningRateScheduler(function() end):update(1, {}) end, "there is no optimiser")
  fails(function() fit { C.LearningRateScheduler(function() end) } end, "the learning rate is needed")
  fails(function() C.LearningRateScheduler(print, { per = "batch" }) end, "for schedules with step()")
  fails(function() C.LearningRateScheduler(3) end, "a function(epoch, rate) or a schedule")
end)

test("schedules of optim.lr_scheduler step each epoch, each batch, or by a metric", function()
  local net, x, y = model_and_data(1)
  local L = optim.lr_scheduler
  local history = net:fit(x, y, { epochs = 5, verbose = 0, callbacks = { L.StepLR(net.optimizer, 2, { gamma = 0.5 }) } })
  eq(history.learning_rate, { 1, 1, 0.5, 0.5, 0.25 })
  net.optimizer.lr = 0.1
  local one = L.OneCycleLR(net.optimizer, 1, { total_steps = 4 })
  history = net:fit(x, y, { epochs = 2, batch_size = 20, verbose = 0, callbacks = { one } })
  eq(one.last_epoch, 4)
  local plateau = L.ReduceLROnPlateau(net.optimizer, { patience = 0, factor = 0.5 })
  net.optimizer.lr = 0
  net:fit(x, y, { epochs = 3, verbose = 0, callbacks = { C.LearningRateScheduler(plateau, { monitor = "loss" }) } })
  eq(plateau.last_epoch > 0, true)
  local other = L.StepLR(optim.SGD(net:parameters()), 2)
  fails(function() net:fit(x, y, { verbose = 0, callbacks = { other } }) end, "the schedule is for another optimiser")
end)

test("ReduceLROnPlateau counts as Keras does", function()
  local opt = optim.SGD({ nn.Parameter(lab.zeros(1)) }, { lr = 1 })
  local plateau = C.ReduceLROnPlateau { monitor = "loss", factor = 0.5, patience = 2, min_lr = 0.2, optimizer = opt }
  local rates = {}
  for epoch, value in ipairs { 3, 2, 2, 2, 2, 2, 2, 2, 1, 1 } do
    plateau:update(epoch, { loss = value })
    rates[epoch] = opt.lr
  end
  eq(rates, { 1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2 })
end)

test("TerminateOnNaN ends a training that has diverged", function()
  local net, x, y = model_and_data(1e30)
  local print_ = print
  print = function() end
  local history = net:fit(x, y, { epochs = 9, batch_size = 10, verbose = 0, callbacks = { C.TerminateOnNaN() } })
  print = print_
  eq(#history.loss, 1)
end)

test("callbacks that could never be called are refused", function()
  fails(function() fit { { on_epoch_ends = print } } end, "callback 1 has 'on_epoch_ends'; did you mean 'on_epoch_end'?")
  fails(function() fit { 3 } end, "callback 1 is a number")
  fails(function() fit { C.EarlyStopping } end, "callback 1 is nn.callbacks.EarlyStopping itself: call it")
  fails(function() fit { {} } end, "callback 1 has none of on_train_begin")
  fails(function() fit(7) end, "callbacks should be a list")
  eq(#fit(C.EarlyStopping()).loss > 0, true)
  fails(function() C.CSVLogger("x"):update({ loss = 1 }) end, "update takes the epoch's number")
end)
