--- The loss of one batch, as fit, evaluate and find_lr compute it.
-- @module nn.batch_loss
-- @local

local console = require "lab.console"

local batch_loss = {}
local unpack = table.unpack

-- Keras wants a loss for each output, and in PyTorch a tuple is no input of a loss: which one is meant is not guessed.
local function only_output(first, second)
  if second ~= nil then
    error("the model returns several values; fit, evaluate and predict take one: return the tensor alone, or for a loss of several "
      .. "a table of them, with loss=function(outputs, target) … end")
  end
  return first
end

-- The inputs of a batch are all its values but the target (and the weights).
function batch_loss.predict(model, batch, inputs)
  if inputs == 1 then return only_output(model(batch[1])) end
  return only_output(model(unpack(batch, 1, inputs)))
end

local function rows(batch, target)
  if lab.is_tensor(target) and target.ndim > 0 then return #target end
  return lab.is_tensor(batch[1]) and batch[1].ndim > 0 and #batch[1] or 1
end

-- The mean of the losses of samples, each times its weight.
local function weighted(loss, prediction, target, weights)
  local each = loss.call(prediction, target, { reduction = "none" })
  if each.ndim > 1 then each = each:flatten(2):mean(2) end
  return (each * weights:to(each.dtype)):mean()
end

-- Of the first batch: is the loss one, and the target what it takes?
function batch_loss.check_first(loss, value, target)
  if loss.check and lab.is_tensor(target) then loss.check(target) end
  if not lab.is_tensor(value) or value:numel() ~= 1 then
    error(("loss: the function gives %s; it should be a tensor of one number, such as a mean"):format(
      lab.is_tensor(value) and "a tensor of " .. value:numel() or "a " .. type(value)))
  end
end

-- The loss of a batch, its prediction, its target as the loss takes it, and how many samples there are.
function batch_loss.of(model, loss, batch, is_weighted)
  local n = batch.n
  local inputs = is_weighted and n - 2 or n - 1
  if inputs < 1 then error("loss: a batch holds one value; it needs inputs and a target") end
  local prediction, target = batch_loss.predict(model, batch, inputs), batch[inputs + 1]
  local count = rows(batch, target)
  if loss.adapt then target = loss.adapt(prediction, target) end
  if is_weighted then return weighted(loss, prediction, target, batch[n]), prediction, target, count end
  return loss.call(prediction, target), prediction, target, count
end

-- Gives every module the mode back that it has now, when the guard is closed.
function batch_loss.keep_modes(model)
  local modes = {}
  for _, entry in ipairs(model:named_modules()) do modes[entry[2]] = entry[2].training end
  return console.guard(function()
    for module, on in pairs(modes) do module.training = on end
  end)
end

return batch_loss
