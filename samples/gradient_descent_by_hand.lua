-- Gradient descent by hand: one weight w, one example x = 2 with target y = 3, learning rate 0.01, from w = 0.
--
-- The model predicts  p = w * x.
-- The loss is         L = (p - y)^2.
-- Its derivative is   dL/dw = 2 * (p - y) * x.
-- Each step goes a little against it:  w <- w - lr * dL/dw.
local x, y, lr = 2, 3, 0.01
local w = lab.tensor(0, { requires_grad = true, dtype = "float64" })

print("step   w        p = w*x   L = (p-y)^2   dL/dw by hand   dL/dw by backward   new w")
local losses = {}
for step = 1, 100 do
  local p = w * x
  local loss = (p - y) ^ 2
  loss:backward()
  local by_hand = 2 * (p:item() - y) * x
  local old, gradient = w:item(), w.grad:item()
  lab.no_grad(function() w:sub_(lr * w.grad) end)
  w.grad = nil
  losses[step] = loss:item()
  assert(math.abs(gradient - by_hand) < 1e-12, "backward gives what the formula gives")
  if step <= 5 or step % 25 == 0 then
    print(string.format("%4d   %.4f   %.4f    %.4f        %9.4f       %9.4f           %.4f",
                        step, old, p:item(), loss:item(), by_hand, gradient, w:item()))
  end
end

print([[

In the first step w is 0, so the prediction is 0 and the loss is (0 - 3)^2 = 9.  The gradient is
2 * (0 - 3) * 2 = -12: making w larger makes the loss smaller.  The step is 0.01 * 12 = 0.12, and with w = 0.12 the
loss is (0.24 - 3)^2 = 7.6176.  Every step shrinks the distance to the best weight, y / x = 1.5, by the same factor
1 - 2 * lr * x^2 = 0.92.]])

plot.line { y = losses, label = "loss", title = "gradient descent on one weight", xlabel = "step", yscale = "log" }:show()

assert(losses[1] == 9 and math.abs(losses[2] - 7.6176) < 1e-12, "the first losses are 9 and 7.6176")
assert(math.abs(w:item() - 1.5) < 1e-3, "w has come close to 1.5")
print(string.format("w = %.6f (the best is 1.5)", w:item()))
