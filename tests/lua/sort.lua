-- Sorting, choosing by rank, searching: values, positions from 1, equal elements, nan, gradients, messages.
dofile("tests/lua/harness.lua")

local x = lab.tensor{ { 3, 1, 2 }, { 9, 7, 8 } }
local nan, inf = 0 / 0, 1 / 0
local function results(...) return { ... } end
local function int(values) return lab.tensor(values, { dtype = "int64" }) end

test("sort gives values and positions along any dimension, in both directions", function()
  eq(results(x:sort()), { { { 1, 2, 3 }, { 7, 8, 9 } }, { { 2, 3, 1 }, { 2, 3, 1 } } })
  eq(results(x:sort(1, true)), { { { 9, 7, 8 }, { 3, 1, 2 } }, { { 2, 2, 2 }, { 1, 1, 1 } } })
  eq(x:argsort({ descending = true }), { { 1, 3, 2 }, { 1, 3, 2 } })
  eq(x:t():sort(1), { { 1, 7 }, { 2, 8 }, { 3, 9 } })
  eq(results(lab.tensor(5):sort()), { 5, 1 })
end)

test("equal elements keep their order, zeros of both signs are equal, nan is the largest", function()
  eq(lab.tensor{ 2, 1, 2, 1 }:argsort(), { 2, 4, 1, 3 })
  eq(lab.tensor{ 2, 1, 2, 1 }:argsort({ descending = true }), { 1, 3, 2, 4 })
  eq(lab.tensor{ 0.0, -0.0, -1 }:argsort(), { 3, 1, 2 })
  eq(results(lab.tensor{ nan, inf, 1, -inf }:sort()), { { -inf, 1, inf, nan }, { 4, 3, 2, 1 } })
  eq((lab.tensor{ nan, inf, 1 }:topk(2)), { nan, inf })
end)

test("every dtype sorts", function()
  for _, dtype in ipairs{ "float32", "float64", "float16", "bfloat16", "int64", "int32", "int8", "uint8" } do
    local v = lab.tensor({ 5, 3, 120, 0, 3 }, { dtype = dtype })
    eq(v:sort(), { 0, 3, 3, 5, 120 })
    eq(v:sort().dtype, dtype)
    eq((v:topk(1)), { 120 })
    eq((v:unique()), { 0, 3, 5, 120 })
  end
  eq(lab.tensor({ -128, 127, -1 }, { dtype = "int8" }):sort(), { -128, -1, 127 })
  eq(lab.tensor{ 1, 0, 1 }:eq(1):sort(), { false, true, true })
end)

test("a long sort is the same whatever was there before", function()
  local v = lab.arange(100000)
  eq(v:flip(1):sort():eq(v):all(), true)
  local s, i = v:remainder(7):sort()
  eq(s:narrow(1, 2, 99999):sub(s:narrow(1, 1, 99999)):ge(0):all(), true)
  eq(i[1], 1)
  eq(i[2], 8)
end)

test("topk takes the largest or the smallest, best first", function()
  eq(results(x:topk(2)), { { { 3, 2 }, { 9, 8 } }, { { 1, 3 }, { 1, 3 } } })
  eq(results(x:topk(1, 1, { largest = false })), { { { 3, 1, 2 } }, { { 1, 1, 1 } } })
  eq(lab.tensor{ 4, 4, 4 }:topk(2), { 4, 4 })
  eq(x:topk(0):numel(), 0)
  fails(function() x:topk(4) end, "k is 4, but dimension 2 has 3 elements")
end)

test("kthvalue, median and mode name a value and where it is", function()
  eq(results(x:kthvalue(2)), { { 2, 8 }, { 3, 3 } })
  eq(results(x:kthvalue(1, 1, true)), { { { 3, 1, 2 } }, { { 1, 1, 1 } } })
  fails(function() x:kthvalue(0) end, "k counts from 1")
  eq(x:median(), 3)
  eq(results(x:median(2)), { { 2, 8 }, { 3, 3 } })
  eq(results(lab.tensor{ 1, nan, 0 }:median(1)), { nan, 2 })
  eq(lab.zeros(0):median(), nan)
  eq(results(int{ 2, 7, 2, 7, 1 }:mode()), { 2, 3 })
  fails(function() lab.zeros(2, 0):mode() end, "dimension 2 is empty")
end)

test("unique sorts, and tells where each element went and how often it occurs", function()
  local v = int{ { 3, 1 }, { 3, 2 } }
  eq(v:unique(), { 1, 2, 3 })
  eq(results(v:unique({ return_inverse = true })), { { 1, 2, 3 }, { { 3, 1 }, { 3, 2 } } })
  eq(results(v:unique({ return_counts = true })), { { 1, 2, 3 }, { 1, 1, 2 } })
  eq(lab.zeros(0):unique():numel(), 0)
  eq(lab.tensor{ nan, nan, 1 }:unique(), { 1, nan, nan })
end)

test("unique of slices compares whole slices", function()
  local v = int{ { 2, 1 }, { 1, 9 }, { 2, 1 } }
  eq(results(v:unique({ dim = 1, return_inverse = true, return_counts = true })), { { { 1, 9 }, { 2, 1 } }, { 2, 1, 2 }, { 1, 2 } })
  eq(v:t():contiguous():unique({ dim = 2 }), { { 1, 2 }, { 9, 1 } })
end)

test("searchsorted finds places before or after equal elements", function()
  local s = lab.tensor{ 1, 3, 3, 5 }
  eq(lab.searchsorted(s, lab.tensor{ 0, 3, 4, 9 }), { 1, 2, 4, 5 })
  eq(lab.searchsorted(s, lab.tensor{ 0, 3, 4, 9 }, { right = true }), { 1, 4, 4, 5 })
  eq(lab.searchsorted(s, 3), 2)
  eq(lab.searchsorted(int{ 1, 2 }, 1.5), 2)
  eq(lab.searchsorted(lab.tensor{ { 1, 2 }, { 5, 6 } }, lab.tensor{ { 2 }, { 2 } }), { { 2 }, { 1 } })
  fails(function() lab.searchsorted(lab.ones(2, 2), lab.ones(3, 1)) end, "values' sizes in all but the last")
end)

test("gradients go back to the elements that were picked", function()
  local function gradient(f)
    local a = lab.tensor({ { 3, 1, 2 }, { 9, 7, 8 } }, { requires_grad = true })
    f(a):backward()
    return a.grad
  end
  local w = lab.tensor{ { 1, 2, 3 }, { 4, 5, 6 } }
  eq(gradient(function(a) return (a:sort() * w):sum() end), { { 3, 1, 2 }, { 6, 4, 5 } })
  eq(gradient(function(a) return a:topk(1):sum() end), { { 1, 0, 0 }, { 1, 0, 0 } })
  eq(gradient(function(a) return a:kthvalue(1, 1):sum() end), { { 1, 1, 1 }, { 0, 0, 0 } })
  eq(gradient(function(a) return a:median() end), { { 1, 0, 0 }, { 0, 0, 0 } })
  eq(gradient(function(a) return a:quantile(0.5, 2):sum() end), { { 0, 0, 1 }, { 0, 0, 1 } })
end)
