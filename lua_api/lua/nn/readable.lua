--- Numbers as people read them, for progress, history and summary.
-- @module nn.readable
-- @local

local readable = {}

--- A loss or metric: four decimals, or scientific where that would say nothing.
-- @tparam number value
-- @treturn string
-- @example require("nn.readable").number(0.00001234) --> 1.234e-05
function readable.number(value)
  if value ~= value then return "nan" end
  local size = math.abs(value)
  local plain = size == 0 or size >= 1e-3 and size < 1e5 or size == math.huge
  return (plain and "%.4f" or "%.3e"):format(value)
end

--- A duration: 7 ms, 0.3 s, 12 s, 3:07, 1:02:03.
-- @tparam number seconds
-- @treturn string
-- @example require("nn.readable").seconds(187) --> 3:07
function readable.seconds(seconds)
  if seconds < 0.0995 then return ("%.0f ms"):format(seconds * 1000) end
  if seconds < 9.95 then return ("%.1f s"):format(seconds) end
  local whole = math.floor(seconds + 0.5)
  if whole < 60 then return whole .. " s" end
  if whole < 3600 then return ("%d:%02d"):format(whole // 60, whole % 60) end
  return ("%d:%02d:%02d"):format(whole // 3600, whole // 60 % 60, whole % 60)
end

--- The shape of a tensor: [32 4].
-- @tparam tensor tensor
-- @treturn string
-- @example require("nn.readable").shape(lab.zeros(2, 3)) --> [2 3]
function readable.shape(tensor) return "[" .. table.concat(tensor.shape, " ") .. "]" end

--- A count with commas: 1,234,567.
-- @tparam integer n
-- @treturn string
-- @example require("nn.readable").count(1234567) --> 1,234,567
function readable.count(n)
  local text = tostring(n):reverse():gsub("(%d%d%d)", "%1,"):reverse()
  return (text:gsub("^,", ""))
end

--- Memory: 84 B, 201.04 KB, 1.50 MB.
-- @tparam integer n
-- @treturn string
-- @example require("nn.readable").bytes(2048) --> 2.00 KB
function readable.bytes(n)
  if n < 1024 then return n .. " B" end
  for _, unit in ipairs { "KB", "MB", "GB" } do
    n = n / 1024
    if n < 1024 or unit == "GB" then return ("%.2f %s"):format(n, unit) end
  end
end

--- Names with their values, in order: "loss 0.1234  accuracy 0.9100"; those that have none are left out.
-- @tparam table values name → number
-- @tparam {string,...} names
-- @treturn string
-- @example require("nn.readable").values({loss=0.5, n=2}, {"loss", "a", "n"}) --> loss 0.5000  n 2
function readable.values(values, names)
  local parts = {}
  for _, name in ipairs(names) do
    local value = values[name]
    if lab.is_tensor(value) then value = value:numel() == 1 and value:item() or "tensor" end
    if value ~= nil then
      local text = math.type(value) == "float" and readable.number(value) or tostring(value)
      parts[#parts + 1] = ("%s %s"):format(name, text)
    end
  end
  return table.concat(parts, "  ")
end

return readable
