--- Copies between tensors, dtypes and devices.
--
-- `y = x` gives a tensor a second name, it copies nothing.  `x:clone()` copies.
-- @module lab.copying

--- `x:copy_(src)` keeps x's memory, dtype and device.  src broadcasts to the shape of x.
-- @treturn tensor x itself for copy_; lab.copy gives a new tensor
-- @raise src does not broadcast to the shape of x
-- @see lab.clone
-- @function copy

---
-- @treturn tensor x itself for fill_; lab.fill gives a new tensor
-- @see lab.full, lab.zero_
-- @function fill

--- Gradients flow back to the first device.
-- @treturn tensor in the memory of the device; x itself if it is there already
-- @see Tensor:to
-- @function to_device
