--- Learning-rate schedules, with PyTorch's names, options and formulas.
--
--     local opt = optim.SGD(net:parameters(), {lr=0.1})
--     local scheduler = optim.lr_scheduler.CosineAnnealingLR(opt, 20)
--     for epoch = 1, 20 do
--       for x, y in loader do … opt:step() end
--       scheduler:step()                            -- after the optimiser's steps
--     end
--     plot.line(scheduler:preview(20))              -- a look at the rates to come
--
-- Epochs are counted by the calls of `step`: what is read as epoch below may as well be a batch.  `last_epoch` is how many
-- there were, 0 at first.  A schedule changes the `lr` of every parameter group, each from the rate it began with.  Its
-- methods are step, get_last_lr, preview, state_dict and load_state_dict; its options can be read as fields.
-- @module optim.lr_scheduler

local lr_scheduler = {}

for _, part in ipairs { "decay", "functions", "cosine", "cyclic", "plateau", "combined" } do
  for name, constructor in pairs(require("optim.lr_scheduler." .. part)) do lr_scheduler[name] = constructor end
end

return lr_scheduler
