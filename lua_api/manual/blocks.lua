-- blocks.lua: the small Markdown of doc comments and topics: paragraphs, "# headings", "* lists", code indented by four
-- spaces, `names` in backquotes, and between lines of three of those what is shown as it is and not run.
local blocks = {}

local function kind_of(line)
  if line:find("^    ") then return "code" end
  if line:find("^#+ ") then return "heading" end
  if line:find("^%* ") then return "item" end
  return line == "" and "blank" or "text"
end

-- Lines to a list of {kind="text"|"item"|"heading"|"code"|"shown", text=, level= (of a heading)}; the last two keep their
-- lines.
function blocks.parse(lines)
  local list, last, apart = {}, nil, false
  for _, line in ipairs(lines) do
    local kind = kind_of(line)
    local fence = line:find("^```") ~= nil
    if last and last.open then
      if fence then last.open = nil
      else last.text = (last.text and last.text .. "\n" or "") .. line end
    elseif fence then
      last = { kind = "shown", open = true }
      list[#list + 1], apart = last, false
    elseif kind == "blank" then
      apart = true
    elseif kind == "code" and last and (last.kind ~= "item" or apart) then
      local text = line:sub(5)
      if last.kind == "code" then last.text = last.text .. (apart and "\n\n" or "\n") .. text
      else
        last = { kind = "code", text = text }
        list[#list + 1] = last
      end
      apart = false
    elseif kind == "heading" then
      last = { kind = "heading", level = #line:match("^#+"), text = line:match("^#+ (.*)") }
      list[#list + 1], apart = last, false
    elseif kind == "item" then
      last = { kind = "item", text = line:sub(3) }
      list[#list + 1], apart = last, false
    elseif last and not apart and (last.kind == "text" or last.kind == "item") then
      last.text = last.text .. " " .. line:match("^%s*(.*)")
    else
      last = { kind = kind == "code" and "code" or "text", text = line:match("^%s*(.*)") }
      list[#list + 1], apart = last, false
    end
  end
  for _, block in ipairs(list) do block.text = block.text or "" end
  return list
end

-- The first sentence of a text and what follows it.
function blocks.first_sentence(text)
  local at = text:find("[.?!]%s+[^%l%s]")
  if not at then return (text:gsub("%.$", "")), "" end
  return (text:sub(1, at):gsub("%.$", "")), (text:sub(at + 1):match("^%s*(.*)"))
end

-- The examples in a piece of code: each line with an arrow, after the lines without one before it; all of it if none has
-- an arrow but it is Lua.
function blocks.examples(code)
  local list, before = {}, ""
  for line in (code .. "\n"):gmatch("(.-)\n") do
    if line:find(" --> ", 1, true) then list[#list + 1] = before .. line
    else before = before .. line .. "\n" end
  end
  if #list == 0 and load(before) then list[1] = code end
  return list
end

return blocks
