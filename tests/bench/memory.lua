-- moonlab run tests/bench/memory.lua ROW: does the row a hundred times and prints the most memory that the process
-- had, in bytes.
local f = dofile("tests/bench/rows.lua").make[arg[1]]()
for _ = 1, 100 do f() end
for line in io.lines("/proc/self/status") do
  local kilobytes = line:match("^VmHWM:%s*(%d+) kB")
  if kilobytes then print(kilobytes * 1024) end
end
