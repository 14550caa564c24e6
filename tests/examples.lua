-- examples.lua: every example of the operators' help gives what it says.
dofile("tests/lua/harness.lua")
for _, row in ipairs(lab._operators()) do
  test(row.name .. ": " .. row.example, function()
    local code, want = row.example:match("^(.-) %-%-> (.+)$")
    assert(code, "an example reads: code --> result")
    local f, message = load("return " .. code)
    if not f then f = assert(load(code:gsub("^(.*);%s*", "%1; return "))) end
    lab.manual_seed(0)
    local results, parts = table.pack(f()), {}
    for i = 1, results.n do
      local list = results[i]
      if type(list) ~= "table" or not lab.is_tensor(list[1]) then list = { list } end
      for _, v in ipairs(list) do parts[#parts + 1] = lab.text(v) end
    end
    local got = table.concat(parts, " ")
    assert(got == want, "it gives " .. got)
  end)
end
