--- Saves the model while it is trained.
-- @module nn.callbacks.model_checkpoint

local Callback = require "nn.callbacks.callback"

local Checkpoint = Callback.extend "ModelCheckpoint"

local parameters = {
  { "path", kind = "string", required = true }, { "monitor", "val_loss", kind = "string" },
  { "save_best_only", false, kind = "boolean" }, { "mode", "auto", kind = "string" }, { "save_freq", 1, kind = "integer" },
}

-- The path with {epoch}, {epoch:03d}, {val_loss:.4f} filled in.
function Checkpoint:filled(epoch, logs)
  return (self.path:gsub("{([%w_]+):?([%d.]*%a?)}", function(name, form)
    local value = name == "epoch" and epoch or logs[name]
    if lab.is_tensor(value) then value = value:item() end
    if type(value) ~= "number" then self:fail("path \"%s\": '%s' is neither epoch nor measured", self.path, name) end
    if form == "" then form = math.type(value) == "integer" and "d" or ".4f" end
    local ok, text = pcall(string.format, "%" .. form, value)
    if not ok then self:fail("path \"%s\": {%s:%s} is not a format such as {epoch:03d} or {val_loss:.4f}", self.path, name, form) end
    return text
  end))
end

function Checkpoint:on_train_begin()
  if self.save_best_only then self:check_monitor() end
end

function Checkpoint:on_epoch_end(epoch, logs, model)
  if not model then self:fail("the model is needed: update(epoch, logs, model)") end
  if epoch % self.save_freq ~= 0 then return false end
  if self.save_best_only then
    local value = self:monitored(logs)
    if value == nil or not self:is_better(value, self.best) then return false end
    self.best = value
  end
  local path = self:filled(epoch, logs)
  lab.save(path, model:state_dict())
  self.saved = path
  return false
end

--- Saves the model's state after each epoch, as a safetensors file: whole or not at all, even if the machine stops.
-- model:load_state_dict(lab.load(path)) brings it back.
-- @tparam string path ends in .safetensors; {epoch}, {epoch:03d}, {val_loss:.4f} and the like are filled in
-- @tparam[opt] table options monitor="val_loss" and mode="auto", "min" or "max", for save_best_only=false: only if the
--   watched value is the best so far; save_freq=1: every so many epochs
-- @treturn callback with the fields saved, the last path written, and best, which a later call of fit goes on from
-- @raise a path that does not end in .safetensors; a name in it that is not measured; a file that cannot be written
-- @see nn.callbacks, lab.load
-- @function nn.callbacks.ModelCheckpoint
-- @example nn.callbacks.ModelCheckpoint("model-{epoch:03d}.safetensors"):filled(7, {}) --> model-007.safetensors
return function(...)
  local self = Callback.make(Checkpoint, parameters, ...)
  self:is_rising()
  if self.save_freq < 1 then self:fail("save_freq=%d: it counts epochs, from 1", self.save_freq) end
  if not self.path:find("%.safetensors$") then self:fail("path \"%s\" should end in .safetensors", self.path) end
  return self
end
