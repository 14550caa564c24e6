--- Tensors: their fields and the methods that are not operators.
--
-- Nearly every operator of lab is a method, too: `x:sum(1)` is `lab.sum(x, 1)`.
-- @module Tensor

--- The sizes of all dimensions, as a list.
-- @field Tensor.shape
-- @treturn table list of whole numbers; empty for a tensor of no dimensions
-- @example #lab.zeros(2, 3).shape, lab.zeros(2, 3).shape[2] --> 2 3
-- @see Tensor:size

--- The name of the type of the elements.
-- @field Tensor.dtype
-- @treturn string
-- @example lab.zeros(2).dtype --> float32
-- @see dtypes, Tensor:to

--- The name of the device that holds the memory.
-- @field Tensor.device
-- @treturn string
-- @example lab.zeros(2).device --> cpu
-- @see devices

--- How many dimensions there are.
-- @field Tensor.ndim
-- @treturn int
-- @example lab.zeros(2, 3).ndim --> 2

--- The gradient that backward has added up here; nil before, and nil again after zero_grad.
-- @field Tensor.grad
-- @treturn tensor in the shape of x, or nil; it can be assigned
-- @example local x = lab.tensor({3}, {requires_grad=true}); (x * x):sum():backward(); x.grad --> [6]
-- @see gradients, Tensor:backward

--- Is the tensor a parameter, or made from one?
-- @field Tensor.requires_grad
-- @treturn boolean; of a leaf it can be assigned
-- @example lab.zeros(2, {requires_grad=true}).requires_grad --> true
-- @see Tensor:requires_grad_

--- Was the tensor made by the user, not by a recorded operation?  Only leaves keep a gradient.
-- @field Tensor.is_leaf
-- @treturn boolean
-- @example local x = lab.ones(1, {requires_grad=true}); x.is_leaf, (x * 2).is_leaf --> true false

--- The number of a tensor of one element.
-- @treturn number a Lua number; a boolean from a bool tensor
-- @raise more or fewer elements than one
-- @example lab.tensor{1, 2}:sum():item() --> 3.0
-- @example lab.tensor{1, 2}:item() --> error: has 2 elements, not 1
-- @see Tensor:tolist
-- @function Tensor:item

--- The elements as nested Lua tables.
-- @treturn table|number nested lists; a number of a tensor of no dimensions
-- @example lab.tensor{{1, 2}, {3, 4}}:tolist()[2][1] --> 3.0
-- @see lab.tensor
-- @function Tensor:tolist

--- x in another dtype, on another device, or both.
-- @tparam string|tensor|table where "float64", "cuda", "cuda" and "float16", another tensor, or {dtype=, device=}
-- @treturn tensor in the shape of x; x itself if nothing changes
-- @raise a name that is neither a dtype nor a device; a device that is not there
-- @example lab.tensor{1.7}:to("int64") --> [1]
-- @example lab.tensor{1, 2}:to("float99") --> error: is not a dtype
-- @see lab.cast, dtypes, devices
-- @function Tensor:to

--- x in the memory of the processor.
-- @treturn tensor x itself if it is there already
-- @example lab.ones(2):cpu().device --> cpu
-- @function Tensor:cpu

--- The sizes as a list, or the size of one dimension.
-- @tparam[opt] int dim counted from 1; -1 is the last
-- @treturn table|int
-- @raise a dimension that x does not have
-- @example lab.zeros(2, 3):size(-1) --> 3
-- @see Tensor.shape
-- @function Tensor:size

--- How many elements of memory lie between neighbours, per dimension.
-- @tparam[opt] int dim counted from 1; -1 is the last
-- @treturn table|int
-- @raise a dimension that x does not have
-- @example lab.zeros(2, 3):stride(1) --> 3
-- @function Tensor:stride

--- How many dimensions there are.
-- @treturn int
-- @example lab.zeros(2, 3):dim() --> 2
-- @function Tensor:dim

--- How many elements there are.
-- @treturn int
-- @example lab.zeros(2, 3):numel() --> 6
-- @function Tensor:numel

--- Do the elements lie in memory in row-major order, without gaps?
-- @treturn boolean
-- @example lab.zeros(2, 3):t():is_contiguous() --> false
-- @see lab.contiguous
-- @function Tensor:is_contiguous

--- Is the dtype one of the floats?  Only those can have gradients.
-- @treturn boolean
-- @example lab.zeros(2):is_floating_point() --> true
-- @function Tensor:is_floating_point

--- The bytes of one element.
-- @treturn int
-- @example lab.zeros(2):double():element_size() --> 8
-- @function Tensor:element_size

--- Gives the memory back now instead of soon; any later use is an error.
-- @treturn nil
-- @example local x = lab.zeros(2); x:free(); x:sum() --> error: freed
-- @see lab.scope
-- @function Tensor:free

--- Adds the gradients of x to the .grad of all parameters it depends on.
--
-- Afterwards the record of how x was made is gone: `retain_graph=true` keeps it.  Gradients add up over calls; an
-- optimiser's zero_grad drops them.
-- @tparam[opt] tensor gradient in the shape of x; may be left out if x is a single number
-- @tparam[opt] table options retain_graph=false, create_graph=false (true: the gradients can be differentiated again)
-- @treturn nil
-- @raise x does not depend on a parameter; x is not a single number and there is no gradient
-- @raise a value that was changed in place after it was used: the message names both places
-- @example local x = lab.tensor({3}, {requires_grad=true}); (x * x):sum():backward(); x.grad --> [6]
-- @example lab.ones(2, {requires_grad=true}):backward() --> error: is not a single number
-- @see lab.grad, gradients
-- @function Tensor:backward

--- Whether x is a parameter, whose gradient backward collects.
-- @tparam[opt=true] boolean on
-- @treturn tensor x itself
-- @raise a dtype that is not a float; x is the result of a recorded operation
-- @example lab.ones(2):requires_grad_().requires_grad --> true
-- @see gradients
-- @function Tensor:requires_grad_

--- Drops the gradient.
-- @treturn nil
-- @example local x = lab.ones(1, {requires_grad=true}); x:sum():backward(); x:zero_grad(); x.grad --> nil
-- @function Tensor:zero_grad

--- Calls a function with the gradient of x whenever one is computed.
-- @tparam function fn gets the gradient; a tensor that it returns takes its place
-- @treturn table a handle, whose method remove() takes the function away
-- @raise x does not require a gradient
-- @example local x = lab.ones(1, {requires_grad=true}); x:register_hook(function(g) return g * 10 end); x:sum():backward(); x.grad --> [10]
-- @function Tensor:register_hook

--- It does not exist here: an error that says to write y = x:detach().
-- @treturn nil it always fails
-- @raise always
-- @example lab.ones(1):detach_() --> error: use y = x:detach()
-- @see lab.detach
-- @function Tensor:detach_

--- x as float32.
-- @treturn tensor in the shape of x
-- @example lab.tensor({1}, {dtype="int64"}):float().dtype --> float32
-- @see Tensor:to
-- @function Tensor:float
--- x as float64.
-- @treturn tensor in the shape of x
-- @example lab.tensor{1}:double().dtype --> float64
-- @see Tensor:to
-- @function Tensor:double
--- x as float16.
-- @treturn tensor in the shape of x
-- @example lab.tensor{1}:half().dtype --> float16
-- @see Tensor:to
-- @function Tensor:half
--- x as bfloat16.
-- @treturn tensor in the shape of x
-- @example lab.tensor{1}:bfloat16().dtype --> bfloat16
-- @see Tensor:to
-- @function Tensor:bfloat16
--- x as int64, cut off towards 0.
-- @treturn tensor in the shape of x
-- @example lab.tensor{1.9}:long() --> [1]
-- @see Tensor:to
-- @function Tensor:long
--- x as int32, cut off towards 0.
-- @treturn tensor in the shape of x
-- @example lab.tensor{1.9}:int().dtype --> int32
-- @see Tensor:to
-- @function Tensor:int
--- x as int8, cut off towards 0.
-- @treturn tensor in the shape of x
-- @example lab.tensor{1.9}:char().dtype --> int8
-- @see Tensor:to
-- @function Tensor:char
--- x as uint8, cut off towards 0.
-- @treturn tensor in the shape of x
-- @example lab.tensor{1.9}:byte().dtype --> uint8
-- @see Tensor:to
-- @function Tensor:byte
--- x as bool: what is not 0 is true.
-- @treturn tensor in the shape of x
-- @example lab.tensor{0, 2}:bool() --> [false, true]
-- @see Tensor:to
-- @function Tensor:bool
