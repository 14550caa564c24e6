--- Threads, devices, memory, time.
-- @module lab.machine

--- Sets how many threads compute.
--
-- Results are the same, bit for bit, for any number.
-- @tparam int n 1 to 256
-- @treturn nil
-- @raise a number outside 1 … 256
-- @example local n = lab.get_num_threads(); lab.set_num_threads(1); local m = lab.get_num_threads(); lab.set_num_threads(n); m --> 1
-- @example lab.set_num_threads(0) --> error: between 1 and 256
-- @see devices
-- @function set_num_threads

--- How many threads compute: at first all processors that the process may use, or --threads.
-- @treturn int
-- @example lab.get_num_threads() >= 1 --> true
-- @function get_num_threads

--- Where new tensors live unless they are told otherwise.
-- @tparam string device "cpu", or "cuda" where it is available
-- @treturn nil
-- @raise a device that this machine does not have
-- @example lab.set_default_device("cpu"); lab.zeros(1).device --> cpu
-- @function set_default_device

--- Can tensors live on this device here?
-- @tparam string device "cpu" or "cuda"
-- @treturn boolean
-- @example lab.is_available("cpu") --> true
-- @function is_available

--- What a device is, for people.
-- @tparam string device "cpu" or "cuda"
-- @treturn string
-- @raise a device that this machine does not have
-- @example lab.describe_device("cpu") --> the processor
-- @function describe_device

--- What tensors take of a device's memory.
-- @tparam[opt] string device the default one
-- @treturn table live, peak, cached, allocated (bytes; allocated counts all that were ever taken) and tensors (how many)
-- @example lab.memory().tensors >= 0 --> true
-- @see lab.trim, lab.scope
-- @function memory

--- Gives memory that is kept for the next tensors back to the system.
-- @treturn nil
-- @example lab.trim(); lab.memory().cached --> 0
-- @function trim

--- Seconds from a fixed point in the past: the difference of two is the time between them.
--
-- os.clock adds up the time of all threads, and os.time counts whole seconds.
-- @treturn number
-- @example local t = lab.clock(); lab.clock() >= t --> true
-- @function clock

--- The dtype that tensors of two dtypes have together.
-- @tparam string a name of a dtype
-- @tparam string b name of a dtype
-- @treturn string
-- @raise a name that is not a dtype's
-- @example lab.promote_types("int64", "float16"), lab.promote_types("uint8", "int8") --> float64 int32
-- @see dtypes
-- @function promote_types

--- A tensor as text, as short as it can be: what examples of the manual show.
-- @tparam tensor x
-- @treturn string
-- @example lab.text(lab.tensor{1.5, 2}) --> [1.5000, 2.0000]
-- @function text
