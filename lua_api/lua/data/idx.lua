--- IDX files, the format of MNIST.
-- @module data.idx

local check = require "data.check"
local files = require "lab.files"

--- Reads an IDX file, gzipped or not, as it is: labels in it usually count from 0 (add 1 for classes).
-- @tparam string path
-- @treturn tensor uint8, int8, int32 (also from 16 bits), float32 or float64, of the file's shape
-- @example (pcall(data.idx, "nowhere.idx")) --> false
local function idx(path)
  local tensor = check.read(files.idx, check.path("data.idx", path))
  return tensor
end

return idx
