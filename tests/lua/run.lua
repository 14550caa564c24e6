-- run.lua FILE [word]: runs one file of tests and prints the count.
dofile("tests/lua/harness.lua")
local ok, message = xpcall(dofile, debug.traceback, arg[1])
if not ok then test(arg[1] .. " runs to its end", function() error(message, 0) end) end
finish()
