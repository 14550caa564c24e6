-- frame.lua: CSV files as frames, and what frames do; values by pandas and scikit-learn in tests/expected/frames.lua.
local expected = dofile("tests/expected/frames.lua")
local nan = -(0 / 0)
local made = {}
local function path_of(ending)
  local path = os.tmpname()
  os.remove(path)
  made[#made + 1] = path .. ending
  return path .. ending
end

local function write(ending, bytes)
  local path = path_of(ending)
  local f = assert(io.open(path, "wb"))
  f:write(bytes)
  f:close()
  return path
end

local function read(name, options)
  local path = "../shared/data/" .. name .. ".csv"
  local f = io.open(path)
  if not f then skip(path .. " is not there") end
  f:close()
  return data.read_csv(path, options)
end

local function pets()
  return data.Frame({ name = { "rex", "tom", "bo", "kit" }, kind = { "dog", "cat", "dog", nan }, age = { 3, nan, 1.5, 2 },
    legs = { 4, 4, 3, 4 }, wild = { false, false, true, false } }, { "name", "kind", "age", "legs", "wild" })
end

-- ---- reading ---------------------------------------------------------------------------------------------------------

test("what a CSV file's columns hold decides their dtypes", function()
  local f = data.read_csv(write(".csv", "a,b,c,d,e\n1,2,x,True,\n3,,y,False,NA\n5,1.5,,True,\n"))
  eq(f:columns(), { "a", "b", "c", "d", "e" })
  eq(#f, 3)
  eq({ f.a.dtype, f.b.dtype, f.c.dtype, f.d.dtype, f.e.dtype }, { "int64", "float64", "float64", "bool", "float64" })
  eq(f.b, { 2, nan, 1.5 })
  eq(f.c, { 1, 2, nan })
  eq(f:categories("c"), { "x", "y" })
  eq(f:categories("a"), nil)
  eq(f:tolist("c"), { "x", "y", nan })
  eq(f.d, { true, false, true })
  eq(f.e, { nan, nan, nan })
  eq(data.read_csv(write(".csv", "t\nb\nc\na\n")).t.dtype, "int64")
  eq(data.read_csv(write(".csv", "t\nb\nc\na\n")).t, { 2, 3, 1 })
end)

test("the options of read_csv choose columns, names, dtypes, delimiter, header and missing values", function()
  local path = write(".csv", "zip,b,c\n01,2,x\n02,?,y\n")
  eq(data.read_csv(path, { columns = { "b", 1 } }):columns(), { "b", "zip" })
  eq(data.read_csv(path, { columns = { "b", 1 }, names = { "n", "m" } }):columns(), { "n", "m" })
  eq(data.read_csv(path, { missing = { "?" } }).b, { 2, nan })
  eq(data.read_csv(path, { missing = { "?" }, dtype = "float32" }).b.dtype, "float32")
  local typed = data.read_csv(path, { dtype = { zip = "text", [3] = "text", b = "text" } })
  eq(typed:tolist("zip"), { "01", "02" })
  eq(typed:tolist("b"), { "2", "?" })
  eq(data.read_csv(path, { dtype = { zip = "int8" } }).zip.dtype, "int8")
  eq(data.read_csv(write(".tsv", "a\tb\n1\t2\n")).b, { 2 })
  eq(data.read_csv(write(".txt", "1;2\n3;4\n"), { delimiter = ";", header = true }):columns(), { "1", "2" })
  eq(data.read_csv(write(".txt", "1,2\n3,4\n")):columns(), { "column1", "column2" })
  eq(data.read_csv(write(".txt", "a,b\n3,4\n"), { header = false }):tolist("column1"), { "a", "3" })
  eq(data.read_csv(write(".csv", "a,a,,a\n1,2,3,4\n")):columns(), { "a", "a.1", "column3", "a.2" })
  eq(#data.read_csv(write(".csv", "")):columns(), 0)
end)

test("wrong options and files of read_csv are named at the caller's line", function()
  local path = write(".csv", "a,b,c\n1,2,x\n3,,y\n")
  local function wrong(options, message) fails(function() data.read_csv(path, options) end, message) end
  wrong({ columns = { "d" } }, 'column "d" is unknown; there are a b c')
  wrong({ columns = { 4 } }, "column 4: there are 3")
  wrong({ columns = { 0 } }, "column 0")
  wrong({ columns = "a" }, "columns should be a list")
  wrong({ columns = { true } }, "names and positions")
  wrong({ missing = { 1 } }, "list of strings")
  wrong({ delimiter = ", " }, "one character")
  wrong({ dtype = "complex" }, 'dtype "complex" is unknown')
  wrong({ dtype = "int64" }, "should be a float dtype, or a table")
  wrong({ dtype = { c = "float32" } }, 'line 2, column 5: "x" in field 3 ("c") is not a number')
  wrong({ dtype = { b = "int64" } }, "is a missing value, which integers lack")
  wrong({ header = 1 }, "true or false")
  wrong({ names = { "a" } }, "1 names for 3 columns")
  wrong({ names = { 1 } }, "name 1 should be a string")
  wrong({ sep = ";" }, "unknown option 'sep'")
  fails(function() data.read_csv(nil) end, "data.read_csv: a path expected, got nil")
  fails(function() data.read_csv(write(".csv", "a,b\n1,2\n3\n")) end, "line 3, column 1: 1 fields in this row, but 2")
  fails(function() data.read_csv(write(".csv", "a\ncaf\xe9\n")) end, "is not UTF-8; convert the file")
  local _, message = pcall(function() data.read_csv("/nowhere.csv") end)
  eq(message:match("frame%.lua:%d+: /nowhere.csv: cannot open") ~= nil, true)
end)

test("real files are described as pandas describes them", function()
  for name, file in pairs(expected.files) do
    local f = read(name)
    eq(#f, file.rows)
    eq(f:columns(), file.names)
    eq(#f:dropna(), file.complete)
    eq(#f:drop_duplicates(), file.different)
    local d = f:describe()
    eq(#d, #file.names)
    for i, want in ipairs(file.describe) do
      local row = d[i]
      eq({ row.column, row.count, row.missing }, { want[1], want[2], want[3] })
      if want.unique then eq({ row.unique, row.top, row.freq }, { want.unique, want.top, want.freq })
      else
        close({ row.mean, row.std, row.min, row["25%"], row["50%"], row["75%"], row.max },
          { table.unpack(want, 4, 10) }, 1e-13)
      end
    end
  end
end)

test("a frame written as CSV is read back the same", function()
  for name in pairs(expected.files) do
    local f, path = read(name), path_of(".csv")
    f:to_csv(path)
    local g = data.read_csv(path)
    eq(g:columns(), f:columns())
    for _, column in ipairs(f:columns()) do
      eq(g[column].dtype, f[column].dtype)
      eq(g[column], f[column])
      eq(g:categories(column), f:categories(column))
    end
  end
  local odd, path = data.Frame { t = { 'say "x"', "a;b", " pad ", "two\nlines", nan }, x = { 0.1, 1e300, 1 / 3, nan, -1e-5 } }, path_of(".csv")
  odd:to_csv(path, { delimiter = ";" })
  local g = data.read_csv(path, { delimiter = ";" })
  eq(g:tolist("t"), odd:tolist("t"))
  eq(g.x, odd.x)
  local gap = data.Frame { x = { 1, nan, 2 } }
  gap:to_csv(path)
  eq(data.read_csv(path).x, { 1, nan, 2 })
  fails(function() gap:to_csv("/nowhere/x.csv") end, "/nowhere/x.csv")
  fails(function() gap:to_csv(path, { delimeter = ";" }) end, "unknown option 'delimeter'")
end)

-- ---- columns ---------------------------------------------------------------------------------------------------------

test("columns are read, assigned and removed as fields", function()
  local f = pets()
  eq(#f, 4)
  eq(f["age"], { 3, nan, 1.5, 2 })
  f.double = f.age * 2
  f.ones = 1
  f.home = "house"
  f.list = { "b", "a", "b", nan }
  f.column2 = lab.ones(4, 1)
  eq(f.double, { 6, nan, 3, 4 })
  eq(f.ones.dtype, "int64")
  eq(f:tolist("home"), { "house", "house", "house", "house" })
  eq(f.list, { 2, 1, 2, nan })
  eq(f:columns(), { "name", "kind", "age", "legs", "wild", "double", "ones", "home", "list", "column2" })
  f.list, f.double = nil, nil
  local names = {}
  for name, column in pairs(f) do
    names[#names + 1] = name
    eq(#column, 4)
  end
  eq(names, f:columns())
  f.age = { 1, 2, 3, 4 }
  eq(f:columns(), { "name", "kind", "age", "legs", "wild", "ones", "home", "column2" })
  eq(f.age.dtype, "int64")
  f.head = { 9, 9, 9, 9 }
  eq(f:column("head"), { 9, 9, 9, 9 })
  eq(#f:head(2), 2)
  local empty = data.Frame {}
  empty.a = { 1, 2 }
  eq(#empty, 2)
  eq(data.Frame(lab.tensor { { 1, 2 }, { 3, 4 } }, { "x", "y" }).y, { 2, 4 })
  eq(data.Frame({ x = { 1, 2 }, y = 5 }).y, { 5, 5 })
  eq(data.Frame({ x = { true, nan } }).x, { 1, nan })
end)

test("mistakes with columns are named at the caller's line", function()
  local f = pets()
  local _, message = pcall(function() return f.agee end)
  eq(message:match("frame%.lua:%d+: frame: there is no column or method \"agee\"; did you mean \"age\"%? %(columns: name, kind, age, legs, wild%)") ~= nil, true)
  fails(function() f.x = { 1, 2 } end, 'column "x" has 2 values, the frame has 4 rows')
  fails(function() f.x = { 1, "a", 2, 3 } end, "mixes numbers, texts and booleans")
  fails(function() f.x = { 1, {}, 2, 3 } end, "value 2 is a table")
  fails(function() f.x = lab.ones(4, 2) end, "a tensor of 1 dimension expected, got 2")
  fails(function() f.x = print end, "a tensor, a list or a value expected, got function")
  fails(function() f[1] = 2 end, "a column's name should be a string, got number")
  fails(function() return f[f.kind == "dog"] end, 'frame:isin("sex", "male")')
  fails(function() return f:hed() end, 'did you mean "head"?')
  fails(function() return f[{ "age", "lags" }] end, 'did you mean "legs"?')
  fails(function() return f[print] end, "columns' names, rows' positions or a mask expected, got function")
  fails(function() f:select("age", "xyz") end, 'no column or method "xyz"')
  fails(function() f:drop() end, "names of columns expected")
  fails(function() f:rename { age = "name" } end, 'two columns "name"')
  fails(function() f:rename { old = "name" } end, 'no column or method "old"')
  fails(function() f:tensor("age", { type = "float64" }) end, "unknown option 'type'")
  fails(function() lab.save("/tmp/frame.safetensors", f) end, "a frame is saved by frame:to_csv(path)")
  fails(function() data.Frame(3) end, "a table {name = values} expected")
  fails(function() data.Frame(lab.ones(2, 2), { "a" }) end, "list of 2 names")
  fails(function() data.Frame({ a = { 1 } }, { "a", "b" }) end, 'no values for column "b"')
  fails(function() data.Frame { 1, 2 } end, "name should be a string")
end)

test("some columns, without some, under other names, and as one tensor", function()
  local f = pets()
  eq(f:select("age", "name"):columns(), { "age", "name" })
  eq(f:select({ "age" }):columns(), { "age" })
  eq(f[{ "age", "name" }]:columns(), { "age", "name" })
  eq(f[{ 4, 1 }].legs, f:take { 4, 1 }.legs)
  eq(f:drop("age", "wild"):columns(), { "name", "kind", "legs" })
  eq(#f:drop(f:columns()), 4)
  eq(f:rename { age = "years" }:columns(), { "name", "kind", "years", "legs", "wild" })
  eq(f:rename { kind = "what" }:categories("what"), { "cat", "dog" })
  local x, names = f:tensor { "legs", "wild", "kind", "age" }
  eq(x.dtype, "float32")
  eq(x, { { 4, 0, 2, 3 }, { 4, 0, 1, nan }, { 3, 1, 2, 1.5 }, { 4, 0, nan, 2 } })
  eq(names, { "legs", "wild", "kind", "age" })
  eq(f:tensor("legs", { dtype = "int64" }), { { 4 }, { 4 }, { 3 }, { 4 } })
  eq(f:tensor().shape, { 4, 5 })
  eq(f:columns(), { "name", "kind", "age", "legs", "wild" })
end)

-- ---- rows ------------------------------------------------------------------------------------------------------------

test("rows by position, from both ends, by mask and by value", function()
  local f = pets()
  eq(f[1], { name = "rex", kind = "dog", age = 3, legs = 4, wild = false })
  eq(f[-1].name, "kit")
  eq(f[4].kind ~= f[4].kind, true)
  eq(f[5], nil)
  fails(function() return f[0] end, "rows count from 1")
  local names = {}
  for _, row in ipairs(f) do names[#names + 1] = row.name end
  eq(names, { "rex", "tom", "bo", "kit" })
  eq(f:head(2):tolist("name"), { "rex", "tom" })
  eq(f:tail(1):tolist("name"), { "kit" })
  eq({ #f:head(0), #f:tail(0), #f:head(99), #f:tail() }, { 0, 0, 4, 4 })
  eq(f[f.legs:eq(4) & f.age:gt(2)]:tolist("name"), { "rex" })
  eq(f:filter(f:isin("kind", { "cat", "cow" })):tolist("name"), { "tom" })
  eq(f[f:isin("age", { 2, 3 })]:tolist("name"), { "rex", "kit" })
  eq(f:isin("wild", true), { false, false, true, false })
  eq(f[lab.tensor({ 3, 3, 1 }, { dtype = "int64" })]:tolist("name"), { "bo", "bo", "rex" })
  eq(f:take { 2 }:tolist("kind"), { "cat" })
  eq(f:head(1):categories("kind"), { "cat", "dog" })
  f:head(1).legs:zero_()
  eq(f.legs[1], 4)
  fails(function() return f[f.age] end, "a bool tensor of 4 values expected, got float64 [4]")
  fails(function() f:filter(lab.ones(3, { dtype = "bool" })) end, "got bool [3]")
  fails(function() f:head(-1) end, "a number of rows expected, got -1")
  fails(function() f:take("x") end, "a list of positions expected, got string")
  fails(function() f:take { 5 } end, "5")
  fails(function() f:isin("age", "old") end, "holds numbers, got string")
end)

test("rows are sorted stably by one or more columns, missing values last", function()
  local f = pets()
  eq(f:sort("age"):tolist("name"), { "bo", "kit", "rex", "tom" })
  eq(f:sort("age", { descending = true }):tolist("name"), { "rex", "kit", "bo", "tom" })
  eq(f:sort { "legs", "name" }:tolist("name"), { "bo", "kit", "rex", "tom" })
  eq(f:sort("kind"):tolist("name"), { "tom", "rex", "bo", "kit" })
  eq(f:sort("wild", { descending = true }):tolist("name"), { "bo", "rex", "tom", "kit" })
  fails(function() f:sort() end, "the name of a column expected")
  fails(function() f:sort("age", { ascending = true }) end, "unknown option 'ascending'")
  local t = read("titanic")
  t.place = lab.arange(1, #t + 1)
  for _, case in ipairs { { expected.sorted_rows.up, false }, { expected.sorted_rows.down, true } } do
    local s = t:sort({ "pclass", "age" }, { descending = case[2] })
    eq(s:head(8).place, { table.unpack(case[1], 1, 8) })
    eq(s:tail(3).place, { table.unpack(case[1], 9) })
  end
end)

test("missing values are found, left out and filled in", function()
  local f = pets()
  eq(f:isna("age"), { false, true, false, false })
  eq(f:isna("legs"), { false, false, false, false })
  eq(f:isna().kind, { false, false, false, true })
  eq(f:dropna():tolist("name"), { "rex", "bo" })
  eq(f:dropna().kind.dtype, "int64")
  eq(f:dropna { subset = "age" }:tolist("name"), { "rex", "bo", "kit" })
  eq(f:dropna { subset = { "kind" } }.kind, { 2, 1, 2 })
  eq(f:fillna { age = "median" }.age, { 3, 2, 1.5, 2 })
  close(f:fillna { age = "mean" }.age, { 3, 6.5 / 3, 1.5, 2 }, 1e-15)
  eq(f:fillna { age = 0, kind = "mode" }:tolist("kind"), { "dog", "cat", "dog", "dog" })
  local g = f:fillna { kind = "ant" }
  eq(g:tolist("kind"), { "dog", "cat", "dog", "ant" })
  eq(g:categories("kind"), { "ant", "cat", "dog" })
  eq(g.kind.dtype, "int64")
  eq(f:fillna(0).age, { 3, 0, 1.5, 2 })
  eq(f:fillna(0):isna("kind"), { false, false, false, true })
  eq(f:fillna("none"):tolist("kind")[4], "none")
  eq(f:fillna("median").age[2], 2)
  eq(#f:fillna("mode"):dropna(), 4)
  eq(f.age, { 3, nan, 1.5, 2 })
  eq(f:fillna { age = f.age:nanmean() }.age, f:fillna { age = "mean" }.age)
  fails(function() f:fillna { age = f.age:mean() } end, '"mean", "median" and "mode" leave them out')
  fails(function() f:fillna { age = f.age } end, 'got a tensor of several')
  fails(function() f:fillna { age = "old" } end, 'column "age": a number, "mean", "median" or "mode" expected, got "old"')
  fails(function() f:fillna { kind = 1 } end, 'column "kind" is text')
  fails(function() f:fillna { agee = 1 } end, 'no column or method "agee"')
  fails(function() f:fillna() end, "a value or a table")
  fails(function() data.Frame { a = { nan } }:fillna { a = "mean" } end, "no values to take the mean of")
  fails(function() f:dropna { columns = "age" } end, "unknown option 'columns'")
  local p = read("penguins")
  close(p:fillna { bill_length_mm = "median" }.bill_length_mm:sum():item(), expected.filled.median, 1e-13)
  close(p:fillna { body_mass_g = "mean" }.body_mass_g:std():item(), expected.filled.mean, 1e-13)
  eq(p:fillna { sex = "mode" }:tolist("sex")[4], expected.filled.mode)
end)

-- ---- statistics ------------------------------------------------------------------------------------------------------

test("values are counted, duplicates left out, texts become columns of 0 and 1", function()
  local f = pets()
  local counts = f:value_counts("kind")
  eq(counts:tolist("kind"), { "dog", "cat" })
  eq(counts.count, { 2, 1 })
  eq(f:value_counts("legs").legs, { 4, 3 })
  eq(f:value_counts("wild").wild, { false, true })
  eq(#f:drop_duplicates("kind"), 3)
  eq(f:drop_duplicates { "legs", "wild" }:tolist("name"), { "rex", "bo" })
  local d = f:get_dummies("kind")
  eq(d:columns(), { "name", "age", "legs", "wild", "kind_cat", "kind_dog" })
  eq(d.kind_dog, { true, false, true, false })
  eq(f:get_dummies("legs", { drop_first = true }).legs_4, { true, true, false, true })
  eq(f:get_dummies("wild"):select("wild_True").wild_True, { false, false, true, false })
  fails(function() f:get_dummies("kind", { first = true }) end, "unknown option 'first'")
  local g = read("penguins"):get_dummies()
  eq(g:columns(), expected.dummies.names)
  eq(g:drop("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"):tensor():sum(1), expected.dummies.sums)
end)

test("a summary of texts alone, of numbers alone, of nothing", function()
  eq(data.Frame { a = { "x" } }:describe():columns(), { "column", "count", "missing", "unique", "top", "freq" })
  eq(#data.Frame { a = { 1 } }:describe():columns(), 10)
  local d = data.Frame { a = { 1 }, b = { nan } }:describe()
  eq(d.std, { nan, nan })
  eq(d.mean, { 1, nan })
  eq(d.missing, { 0, 1 })
end)

-- ---- text ------------------------------------------------------------------------------------------------------------

test("a frame prints as an aligned table with its size", function()
  local f = pets()
  f.name = { "rex", "tom\27[2J", "猫", "a very long name that does not fit in its column" }
  eq(tostring(f), table.concat({
    "   name                              kind  age  legs   wild",
    "1  rex                               dog   3.0     4  false",
    "2  tom␛[2J                           cat   nan     4  false",
    "3  猫                                dog   1.5     3   true",
    "4  a very long name that does not …  nan   2.0     4  false",
    "4 rows × 5 columns" }, "\n"))
  eq(tostring(data.Frame {}), "0 rows × 0 columns")
  eq(tostring(data.Frame { a = { 1 } }), "   a\n1  1\n1 row × 1 column")
  local long = data.Frame { a = lab.arange(1, 31), b = lab.arange(1, 31) / 4 }
  eq(select(2, tostring(long):gsub("\n", "")), 12)
  eq(tostring(long):find("\n 5   5  1.25\n …\n26  26  6.50\n", 1, true) ~= nil, true)
  eq(tostring(data.Frame { a = { 1e-9, 1 } }):find("1.0000e-09", 1, true) ~= nil, true)
end)

test("a summary prints as a table of the numbers and one of the texts, until it is changed", function()
  local d = pets():describe()
  eq(tostring(d), table.concat({
    "column  count  missing    mean     std  min   25%  50%   75%  max",
    "age         3        1  2.1667  0.7638  1.5  1.75    2  2.50    3",
    "legs        4        0  3.7500  0.5000  3.0  3.75    4  4.00    4",
    "wild        4        0  0.2500  0.5000  0.0  0.00    0  0.25    1",
    "",
    "column  count  missing  unique  top  freq",
    "name        4        0       4  bo      1",
    "kind        3        1       2  dog     2",
    "5 rows × 13 columns" }, "\n"))
  d.extra = 1
  eq(tostring(d):find("^   column") ~= nil, true)
end)

test("numbers are shown with the decimals they need", function()
  local function shown(list) return (tostring(data.Frame { a = list }):match("\n1 +(%S+)")) end
  eq(shown { 22, 38 }, "22")
  eq(shown { 7.25, 8 }, "7.25")
  eq(shown { 1 / 3, 512.3292 }, "0.3333")
  eq(shown { 1 / 3, 4201.7544 }, "0.333")
  eq(shown { 0.07, 123456789.12 }, "0.07")
  eq(shown { 1 / 3, 123456789.123 }, "0.33")
  eq(shown { 1e-5, 1 }, "1.0000e-05")
end)

test("a wide frame leaves out columns and is never wider than the terminal", function()
  local f = data.Frame { n = lab.arange(1, 4) }
  for k = 1, 40 do f["column_" .. k] = { 1, 2, 3 } end
  local text = tostring(f)
  for line in text:gmatch("[^\n]+") do eq(utf8.len(line) <= 80, true) end
  eq(text:find("^   n  column_1  .* …  .*column_40\n") ~= nil, true)
  eq(text:find("3 rows × 41 columns$") ~= nil, true)
end)

test("what pandas calls otherwise is pointed to", function()
  local f = pets()
  local wanted = { info = "frame:describe()", isnull = 'frame:isna("age")', sort_values = "frame:sort(", groupby = "frame:value_counts(",
    iloc = "frame[1] for a row", loc = "frame[frame.age:gt(30)]", astype = "frame.age:to(", shape = "#frame rows" }
  for name, part in pairs(wanted) do
    fails(function() return f[name] end, ('there is no column or method "%s": it is '):format(name))
    fails(function() return f[name] end, part)
  end
  f.shape = 1
  eq(f.shape, { 1, 1, 1, 1 })
  -- what they point to
  eq({ #f, #f:columns(), f.age.dtype }, { 4, 6, "float64" })
  eq(f[f:isin("kind", "dog")]:tolist("name"), { "rex", "bo" })
  eq(f[{ 1, 2 }]:tolist("name"), { "rex", "tom" })
  eq(~f:isna("age"), { true, false, true, true })
  eq(#f:take(lab.randperm(#f):narrow(1, 1, 3)), 3)
  fails(function() f:value_counts() end, 'frame:value_counts: the name of a column expected, such as "name"')
  fails(function() data.train_test_split(f, { random_state = 1 }) end, "unknown option 'random_state'; did you mean 'seed'?")
  fails(function() data.KFold { random_state = 1 } end, "did you mean 'seed'?")
end)

for _, path in ipairs(made) do os.remove(path) end
