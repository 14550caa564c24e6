-- A figure that is drawn in place while its numbers come; where there is no terminal, once at the end.
lab.manual_seed(2)
local x = lab.linspace(-3, 3, 100):unsqueeze(2)
local y = lab.sin(x) + 0.1 * lab.randn(100, 1)
local live = plot.live { title = "two optimizers learn the sine", ylabel = "loss", yscale = "log", rows = 16 }
for _, name in ipairs { "SGD", "Adam" } do
  lab.manual_seed(1)
  local net = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))
  local opt = optim[name](net:parameters(), { lr = 0.03 })
  for step = 1, 300 do
    local loss = lab.mse_loss(net(x), y)
    opt:zero_grad()
    loss:backward()
    opt:step()
    live:push(name, step, loss)
  end
end
live:done()
