--- Globals that moonlab adds to Lua's own.
-- @module globals

--- Shows a page of the manual, or what is known about a value.
-- @tparam[opt] any name a name as a string; a function, module, object or tensor; left out: the map
-- @treturn nil
-- @raise nothing is known by that name; the nearest one is told
-- @example help("tahn") --> error: did you mean tanh?
-- @function help

--- Shows values as a cell or the prompt shows its last one: tables with their fields, tensors, figures.
-- @tparam any ... the values
-- @treturn nil
-- @example show({1, 2, 3})
-- @function show
