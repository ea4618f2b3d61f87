-- Reads rows of channels that have events after a position, the next ones of all together: when
-- there are more bytes than wanted, a smaller bound is found and what lies past it is left out.
--
-- KEYS[1]  meta
-- ARGV     1 prefix, 2 epoch, 3 after, 4 up to, 5 bytes wanted, 6 on: channels
-- returns  'ok', bound, states of the channels, rows: channel, header, events; or 'fork'
local p, after, bound, wanted = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[2] then
  return {'fork'}
end
local function text(number)
  return string.format('%.0f', number)
end
local rows, bytes = {}, 0

-- Keeps the rows that come first, as many as are wanted.
local function shrink()
  table.sort(rows, function(a, b) return a.last < b.last end)
  local kept, upTo = 0, nil
  for i = 1, #rows do
    kept = kept + #rows[i].events
    if kept >= wanted then
      upTo = rows[i].last
      break
    end
  end
  if upTo and upTo < bound then
    bound = upTo
  end
  local left = {}
  bytes = 0
  for i = 1, #rows do
    if rows[i].first <= bound then
      left[#left + 1] = rows[i]
      bytes = bytes + #rows[i].events
    end
  end
  rows = left
end

local names = {}
for i = 6, #ARGV do
  local from, more = '(' .. text(after) .. '-0', true
  names[#names + 1] = ARGV[i]
  while more do
    local found = redis.call('XRANGE', p .. 'c:' .. ARGV[i], from, '+', 'COUNT', 4)
    more = #found == 4
    for r = 1, #found do
      local header, events = found[r][2][2], found[r][2][4]
      local _, batchFirst, first = struct.unpack('>I8I8I8', header)
      local last = tonumber(string.match(found[r][1], '^%d+'))
      if first > bound then
        more = false
        break
      end
      rows[#rows + 1] = {channel = i - 5, first = first, last = last, header = header, events = events}
      bytes = bytes + #events
      if last >= bound then
        more = false
        break
      end
      from = '(' .. found[r][1]
    end
    if bytes > 2 * wanted then
      shrink()
    end
  end
end
shrink()
local answer = {}
for i = 1, #rows do
  answer[#answer + 1] = rows[i].channel - 1
  answer[#answer + 1] = rows[i].header
  answer[#answer + 1] = rows[i].events
end
return {'ok', text(bound), redis.call('HMGET', p .. 'state', unpack(names)), answer}
