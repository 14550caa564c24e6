--- The table that is the global plot; every kind of plot puts its function into it.
-- @local
-- @module plot.names

return {}
