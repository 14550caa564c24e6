--- New tensors.
--
-- Sizes are numbers, `lab.zeros(2, 3)`, or one list, `lab.zeros({2, 3})`.  A last table has options: `dtype`,
-- `device`, `requires_grad`.  The default dtype is float32; see the topics dtypes and devices.
-- @module lab.creation

--- A tensor from nested tables of numbers or booleans, from a number, or a copy of a tensor.
--
-- Every table of one level must have the same length.  Without `dtype` numbers give float32, also integers, and
-- booleans give bool; a tensor keeps its dtype.  Labels and positions need `{dtype="int64"}`.
-- @tparam table values nested tables (the shape is theirs), a number (no dimensions) or a tensor (copied, without history)
-- @tparam[opt] table options dtype, device, requires_grad=false
-- @treturn tensor with the shape of the tables
-- @raise tables of different lengths: the message names the place
-- @raise requires_grad of a dtype that is not a float
-- @example lab.tensor{{1, 2}, {3, 4}} --> [[1, 2], [3, 4]]
-- @example lab.tensor({1, 2}, {dtype="int64"}).dtype --> int64
-- @example lab.tensor{{1, 2}, {3}} --> error: a table of 1
-- @see Tensor:tolist, dtypes
-- @function tensor

--- Is the value a tensor?
-- @tparam any value
-- @treturn boolean
-- @example lab.is_tensor(lab.zeros(2)), lab.is_tensor{1, 2} --> true false
-- @function is_tensor

--- The elements are whatever the memory held: write before you read.
-- @function empty

--- `lab.zeros(2, 3)` has two rows and three columns, both counted from 1.
-- @function zeros

---
-- @example lab.ones(2, {dtype="int64"}).dtype --> int64
-- @function ones

--- The dtype does not follow the value: it is float32 unless dtype says otherwise.
-- @param value what every element is
-- @function full

--- Identity matrix; `m` columns where it should not be square.
-- @treturn tensor (n, m) of dtype (float32)
-- @function eye

--- The end is left out, as in PyTorch and Python; `lab.arange(1, n + 1)` counts from 1 to n.  With fractional steps rounding
-- can add or lose the last number: prefer `linspace` there.
-- @treturn tensor (n) with n = ceil((stop - start) / step)
-- @raise a step of 0, or one that leads away from stop
-- @example lab.arange(3) --> [0, 1, 2]
-- @example lab.arange(1, 4).dtype --> int64
-- @see lab.linspace
-- @function arange

--- Formula: start + (i - 1) * (stop - start) / (steps - 1) for i from 1 to steps.
-- @treturn tensor (steps), float32 unless dtype says otherwise
-- @see lab.arange, lab.logspace
-- @function linspace

--- The exponents are at equal distances: for learning rates and other things of which the order of magnitude counts.
-- @treturn tensor (steps), float32 unless dtype says otherwise
-- @see lab.linspace
-- @function logspace
