--- A data set in random parts.
-- @module data.random_split

local check = require "data.check"
local files = require "lab.files"
local dataset = require "data.dataset"

-- Fractions that add up to 1, as counts: rounded down, what is left one each from the first on (PyTorch's rule).
local function counts_of(fractions, n)
  local counts, left = {}, n
  for k, fraction in ipairs(fractions) do
    counts[k] = math.floor(n * fraction)
    left = left - counts[k]
  end
  for k = 1, left do
    local at = (k - 1) % #counts + 1
    counts[at] = counts[at] + 1
  end
  return counts
end

--- Cuts a data set into parts whose samples are chosen at random, each sample in one part.
-- @tparam Dataset set of n samples
-- @tparam {number,...} lengths counts that add up to n, or fractions that add up to 1
-- @tparam[opt] table options `seed`: the same parts whatever was drawn before; without it the session's generator
-- @treturn Dataset,... one Subset for each length
-- @example #data.random_split(data.TensorDataset(lab.zeros(10)), {0.8, 0.2}) --> 8
local function random_split(set, lengths, options)
  options = check.options("data.random_split", options, { "seed" })
  if type(lengths) ~= "table" or #lengths == 0 then error("data.random_split: a list of lengths expected", 2) end
  local n, sum, whole = set:len(), 0, true
  for k, length in ipairs(lengths) do
    if type(length) ~= "number" or length < 0 then
      error(("data.random_split: length %d should be a number from 0"):format(k), 2)
    end
    sum, whole = sum + length, whole and math.type(length) == "integer"
  end
  if whole and sum ~= n then
    error(("data.random_split: the lengths add up to %d, but there are %d samples"):format(sum, n), 2)
  elseif not whole and math.abs(sum - 1) > 1e-6 then
    error(("data.random_split: the fractions add up to %g, not to 1"):format(sum), 2)
  end
  local order = options.seed and files.shuffled(n, options.seed, 0) or lab.randperm(n)
  local parts, first = {}, 1
  for k, count in ipairs(whole and lengths or counts_of(lengths, n)) do
    parts[k] = dataset.Subset(set, order:narrow(1, first, count))
    first = first + count
  end
  return table.unpack(parts)
end

return random_split
