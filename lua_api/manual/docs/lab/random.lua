--- Random numbers, the same in every run.
-- @module lab.random

--- Sets the seed of all random numbers.
--
-- The same seed and the same calls in the same order give the same numbers, whatever the number of threads.  A session
-- begins with seed 0, or with that of --seed.
-- @tparam int n any whole number
-- @treturn nil
-- @example lab.manual_seed(1); local a = lab.rand(2); lab.manual_seed(1); lab.rand(2):eq(a) --> [true, true]
-- @see random
-- @function manual_seed

--- The seed that random numbers follow now.
-- @treturn int
-- @example lab.manual_seed(7); lab.initial_seed() --> 7
-- @function initial_seed

--- Where the generator stands: the seed and how many operations have drawn from it.
-- @treturn table {seed, position}, for set_rng_state
-- @example lab.manual_seed(7); lab.get_rng_state()[1] --> 7
-- @function get_rng_state

--- Puts the generator where it stood before.
-- @tparam table state of get_rng_state
-- @treturn nil
-- @raise a table that is not {seed, position}
-- @example local s = lab.get_rng_state(); local a = lab.rand(1); lab.set_rng_state(s); lab.rand(1):eq(a) --> [true]
-- @example lab.set_rng_state{} --> error: {seed, position} is needed
-- @function set_rng_state

--- The largest value is just below 1.
-- @see Tensor:uniform_
-- @function rand

--- Multiply and add for another normal distribution: `lab.randn(n) * std + mean`.
-- @see lab.normal
-- @function randn

--- The upper end is left out: `lab.randint(1, 7, {n})` throws a die n times.
-- @param low the least number; with two arguments, the number of numbers from 0 on
-- @param high one more than the largest number
-- @param shape a list of sizes
-- @treturn tensor in the given shape, int64 unless dtype says otherwise
-- @raise low is not below high
-- @function randint

--- Without a shape mean and std must be tensors, or one of them.
-- @treturn tensor in the given shape, or in the common shape of mean and std
-- @raise a negative std
-- @function normal

--- For shuffling: `x[lab.randperm(#x)]`.
-- @treturn tensor (n), int64, each of 1 … n once
-- @function randperm

---
-- @treturn tensor of 0 and 1, in the shape and dtype of p
-- @raise a probability below 0 or above 1
-- @function bernoulli

--- weights need not sum to 1.  Of a matrix each row is drawn from on its own.
-- @param weights (n) or (rows, n), not negative
-- @treturn tensor (num_samples) or (rows, num_samples), int64 positions counted from 1
-- @raise more samples than weights that are not 0, without replacement
-- @function multinomial

---
-- @treturn tensor x itself
-- @function zero_
---
-- @treturn tensor x itself
-- @raise from is above to
-- @function uniform_
---
-- @treturn tensor x itself
-- @raise a negative std
-- @function normal_
---
-- @treturn tensor x itself
-- @raise a probability below 0 or above 1
-- @function bernoulli_
--- The density is lambd * exp(-lambd * x) for x > 0.
-- @treturn tensor x itself
-- @raise lambd is not above 0
-- @function exponential_
---
-- @treturn tensor x itself
-- @raise low is not below high
-- @function random_
