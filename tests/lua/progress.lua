-- Progress bars where there is no terminal; on one: tests/progress.sh.

-- What f prints, as a string.
local function printed(f)
  local lines, real = {}, print
  print = function(...) lines[#lines + 1] = table.concat({ ... }, "\t") end
  local ok, message = pcall(f)
  print = real
  if not ok then error(message, 0) end
  return table.concat(lines, "\n")
end

local function collect(...)
  local list = {}
  for a, b in nn.progress(...) do list[#list + 1] = b or a end
  return list
end

test("a loop goes through a number, a list, a loader or an iterator", function()
  printed(function()
    eq(collect(3), { 1, 2, 3 })
    eq(collect(0), {})
    eq(collect { "a", "b" }, { "a", "b" })
    local i = 0
    eq(collect(function()
      i = i + 1
      return i < 4 and i or nil
    end, { total = 3 }), { 1, 2, 3 })
    local sizes = {}
    for x, y in nn.progress(data.DataLoader(data.TensorDataset(lab.zeros(5, 2), lab.ones(5)), { batch_size = 2 })) do
      sizes[#sizes + 1] = { #x, #y }
    end
    eq(sizes, { { 2, 2 }, { 2, 2 }, { 1, 1 } })
  end)
end)

test("without a terminal one line tells the end, without times", function()
  eq(printed(function() collect(20, { desc = "epoch 1" }) end), "epoch 1  20/20")
  eq(printed(function()
    local bar = nn.progress(3, { desc = "training" })
    for i in bar do bar:update { loss = lab.tensor(0.5) * i, accuracy = 0.25, n = i } end
  end), "training  3/3  loss 1.5000  accuracy 0.2500  n 3")
  eq(printed(function() collect(20, { leave = false }) end), "")
  local i = 0
  eq(printed(function() collect(function() i = i + 1 return i < 6 and i or nil end, { unit = "rows" }) end), "5 rows")
end)

test("a loop that is left early ends its bar, and a bar can be used again", function()
  eq(printed(function() for i in nn.progress(9) do if i == 4 then break end end end), "3/9")
  eq(printed(function() pcall(function() for i in nn.progress(9) do if i == 3 then error("x") end end end) end), "2/9")
  local bar = nn.progress(2)
  eq(printed(function() for _ = 1, 2 do for _ in bar do end end end), "2/2\n2/2")
  eq(tostring(bar), "progress bar: 2 of 2 it done")
end)

test("control characters do not come through", function()
  eq(printed(function() collect(1, { desc = "a\27[31m\nb" }) end):find("[\27\n]"), nil)
end)

test("what progress cannot take is named", function()
  fails(function() nn.progress("x") end, "a DataLoader, a number, a list or an iterator is needed, got string")
  fails(function() nn.progress(3, { descr = "x" }) end, "did you mean 'desc'?")
  fails(function() nn.progress(3):update(5) end, "bar:update{loss=loss}")
end)
