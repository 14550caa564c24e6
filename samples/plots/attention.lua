-- Where each word looks by its place alone: two heads of attention on sinusoidal positions.
local words = { "the", "cat", "sat", "on", "the", "mat", "and", "slept" }
local place, heads = lab.arange(0, #words):to "float32":unsqueeze(2), {}
for head, period in ipairs { 24, 4 } do
  local angle = place * (2 * math.pi / period)
  local encoding = lab.cat({ angle:cos(), angle:sin() }, 2)
  heads[head] = (3 * encoding:matmul(encoding:transpose(1, 2))):softmax(2)
end
local f = plot.attention(lab.stack(heads, 1), words)
f:show()
