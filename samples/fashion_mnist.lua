-- Fashion-MNIST, whole: 60,000 small pictures of clothes in 10 classes, an MLP 784-256-128-10, Adam.
-- Prints the accuracy on the 10,000 test pictures and shows the loss.
lab.manual_seed(1)
local epochs, batch_size = 8, 128

local train = data.fashion_mnist { train = true, flatten = true }
local test = data.fashion_mnist { train = false, flatten = true }

local net = nn.Sequential(
  nn.Linear(784, 256), nn.ReLU(),
  nn.Linear(256, 128), nn.ReLU(),
  nn.Linear(128, 10))
local opt = optim.Adam(net:parameters(), { lr = 0.001 })
print(net)

local function accuracy(set)
  net:eval()
  local right = lab.no_grad(function() return net(set.images):argmax(2):eq(set.labels):sum():item() end)
  net:train()
  return right / #set.labels
end

local loader = data.DataLoader(data.TensorDataset(train.images, train.labels), { batch_size = batch_size, shuffle = true })
local steps, losses, step = {}, {}, 0
local start = os.time()
for epoch = 1, epochs do
  if epoch == epochs - 1 then opt.lr = 0.0003 end -- settle
  local total = 0
  for images, labels in loader do
    local loss = lab.cross_entropy(net(images), labels)
    opt:zero_grad()
    loss:backward()
    opt:step()
    step = step + 1
    total = total + loss:item()
    if step % 20 == 0 then steps[#steps + 1], losses[#losses + 1] = step, loss:item() end
  end
  print(string.format("epoch %d   loss %.4f   test accuracy %.2f %%", epoch, total / #loader, 100 * accuracy(test)))
end

plot.line { x = steps, y = losses, label = "training loss", smooth = 0.9, title = "Fashion-MNIST, MLP 784-256-128-10", xlabel = "step" }:show()

local result = accuracy(test)
print(string.format("test accuracy %.2f %%, trained in %d s", 100 * result, os.time() - start))
assert(result >= 0.88, "at least 88 % of the test pictures are named right")
