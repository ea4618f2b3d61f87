-- Appends a batch: all of it, or nothing if the log isn't the one that the node knows.
--
-- KEYS[1]  meta
-- ARGV     1 prefix, 2 epoch, 3 server, 4 head known, 5 node, 6 generation, 7 batch,
--          8 time in ms or '' for the server's own, 9 bytes of a time line, 10 events in the tail,
--          11 bytes in the tail, 12 ms that a key is remembered, 13 channels, 14 appends;
--          then for each channel: name, events retained, ms retained or 0, bytes retained or 0;
--          then for each append: key or '', events; and for each of those: channel, body bytes, event
-- returns  'ok', outcome; or 'fork' or 'gone', without having done anything
--
-- An outcome is 'batch first count time', and ' append:first:count:epoch' for each that was there.
if redis.replicate_commands then redis.replicate_commands() end
local p, epoch, node = ARGV[1], ARGV[2], ARGV[5]
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'server', 'head', 'time', 'bytes')
if meta[1] ~= epoch or meta[2] ~= ARGV[3] or tonumber(meta[3]) < tonumber(ARGV[4]) then
  return {'fork'}
end
local place = redis.call('GET', p .. 'node:' .. node)
if not place or string.match(place, '^[^ ]*') ~= ARGV[6] then
  return {'gone'}
end
local function text(number)
  return string.format('%.0f', number)
end

-- Lua's stack has no room for as many arguments as the largest append has channels.
local function inPieces(command, key, list)
  local all = {}
  for from = 1, #list, 2000 do
    local answer = redis.call(command, key, unpack(list, from, math.min(from + 1999, #list)))
    if type(answer) == 'table' then
      for i = 1, #answer do
        all[#all + 1] = answer[i]
      end
    end
  end
  return all
end

local time = tonumber(ARGV[8])
if not time then
  local now = redis.call('TIME')
  time = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
end
-- A clock that goes back makes no event older than one before it.
time = math.max(time, tonumber(meta[4] or '0'))
local head = tonumber(meta[3])
local first = head + 1
local timeLine, keyMillis = tonumber(ARGV[9]), ARGV[12]
local channels, appends = tonumber(ARGV[13]), tonumber(ARGV[14])
local at = 15 + 4 * channels
local idBytes = 6 + #epoch + timeLine

local rows, names, tail, tailBytes, repeated = {}, {}, {}, 0, {}
for append = 0, appends - 1 do
  local key, count = ARGV[at], tonumber(ARGV[at + 1])
  at = at + 2
  local before = key ~= '' and redis.call('GET', p .. 'key:' .. key)
  if before then
    repeated[#repeated + 1] = ' ' .. append .. ':' .. before
    at = at + 3 * count
  else
    if key ~= '' then
      redis.call('SET', p .. 'key:' .. key, text(head + 1) .. ':' .. count .. ':' .. epoch, 'PX', keyMillis)
    end
    for _ = 1, count do
      local channel, event = tonumber(ARGV[at]), ARGV[at + 2]
      head = head + 1
      local frame = tonumber(ARGV[at + 1]) + idBytes + #text(head)
      local row = rows[channel]
      if not row then
        row = {count = 0, bytes = 0, first = head, parts = {}}
        rows[channel] = row
        names[#names + 1] = channel
      end
      row.last = head
      row.count = row.count + 1
      row.bytes = row.bytes + frame
      row.parts[#row.parts + 1] = struct.pack('>I4I4', head - first, #event)
      row.parts[#row.parts + 1] = event
      local name = ARGV[15 + 4 * channel]
      tail[#tail + 1] = struct.pack('>I2I4', #name, #event)
      tail[#tail + 1] = name
      tail[#tail + 1] = event
      tailBytes = tailBytes + #event + #name + 6
      at = at + 3
    end
  end
end
local count = head - first + 1
local outcome = ARGV[7] .. ' ' .. text(first) .. ' ' .. count .. ' ' .. text(time) .. table.concat(repeated)
-- The outcomes of the last two: as many may be under way.
redis.call('SET', p .. 'node:' .. node,
  ARGV[6] .. ' ' .. outcome .. '|' .. (string.match(place, '^[^ ]* ([^|]*)') or ''), 'EX', 86400)
if count == 0 then
  return {'ok', outcome}
end

-- Each channel's part, and what is known of it: in all ever, what was given up of that, the newest.
local fields = {}
for i = 1, #names do
  fields[i] = ARGV[15 + 4 * names[i]]
end
local states = inPieces('HMGET', p .. 'state', fields)
local changed, newest, fresh, evicted = {}, {}, {}, 0
local retainedEvents, retainedBytes = 0, 0
for i = 1, #names do
  local at4 = 15 + 4 * names[i]
  local name, row = ARGV[at4], rows[names[i]]
  local maxEvents, maxMillis, maxBytes = tonumber(ARGV[at4 + 1]), tonumber(ARGV[at4 + 2]), tonumber(ARGV[at4 + 3])
  if maxEvents > 0 then
    local total, bytes, last, goneTotal, goneBytes, goneLast, oldest = 0, 0, 0, 0, 0, 0, time
    if states[i] then
      total, bytes, last, goneTotal, goneBytes, goneLast, oldest = struct.unpack('>I8I8I8I8I8I8I8', states[i])
      if total == goneTotal then
        oldest = time
      end
    else
      fresh[#fresh + 1] = 0
      fresh[#fresh + 1] = name
    end
    total = total + row.count
    bytes = bytes + row.bytes
    local stream = p .. 'c:' .. name
    redis.call('XADD', stream, text(row.last) .. '-0', 'h',
      struct.pack('>I8I8I8I8I8I4', time, first, row.first, total, bytes, row.count), 'r', table.concat(row.parts))
    retainedEvents = retainedEvents + row.count
    retainedBytes = retainedBytes + row.bytes

    -- What is too much goes some rows at a time, and not one by one: readers leave out the rest.
    local slack = math.min(64, math.floor(maxEvents / 8))
    local over = total - goneTotal > maxEvents + slack
      or (maxBytes > 0 and bytes - goneBytes > maxBytes + math.min(65536, math.floor(maxBytes / 8)))
      or (maxMillis > 0 and oldest < time - maxMillis - math.min(60000, math.floor(maxMillis / 8)))
    if over then
      local old = redis.call('XRANGE', stream, '-', '+', 'COUNT', 128)
      local keep
      for r = 1, #old do
        local rowTime, _, _, rowTotal, rowBytes, rowCount = struct.unpack('>I8I8I8I8I8I4', old[r][2][2])
        local gone = rowTotal <= total - maxEvents
          or (maxBytes > 0 and rowBytes <= bytes - maxBytes and rowTotal < total)
          or (maxMillis > 0 and rowTime <= time - maxMillis)
        if not gone then
          keep = old[r][1]
          oldest = rowTime
          break
        end
        evicted = evicted + rowTotal - goneTotal
        retainedEvents = retainedEvents - (rowTotal - goneTotal)
        retainedBytes = retainedBytes - (rowBytes - goneBytes)
        goneTotal, goneBytes = rowTotal, rowBytes
        goneLast = tonumber(string.match(old[r][1], '^%d+'))
        oldest = rowTime
      end
      if keep then
        redis.call('XTRIM', stream, 'MINID', keep)
      elseif #old > 0 then
        redis.call('XTRIM', stream, 'MINID', text(goneLast + 1))
      end
    end
    changed[#changed + 1] = name
    changed[#changed + 1] = struct.pack('>I8I8I8I8I8I8I8', total, bytes, row.last, goneTotal, goneBytes, goneLast, oldest)
    newest[#newest + 1] = text(row.last)
    newest[#newest + 1] = name
  end
end
if #changed > 0 then
  inPieces('HSET', p .. 'state', changed)
  inPieces('ZADD', p .. 'newest', newest)
  if #fresh > 0 then
    inPieces('ZADD', p .. 'names', fresh)
  end
  redis.call('HINCRBY', KEYS[1], 'events', retainedEvents)
  redis.call('HINCRBY', KEYS[1], 'kept', retainedBytes)
  if evicted > 0 then
    redis.call('HINCRBY', KEYS[1], 'evicted', evicted)
  end
end

-- One entry for all nodes; the oldest go, a few at a time, when there are too many events or bytes.
local bytes = tonumber(meta[5] or '0') + tailBytes
local tailKey = p .. 'tail'
redis.call('XADD', tailKey, text(head) .. '-0', 'e', epoch, 't', text(time), 'n', text(count),
  'g', node .. ' ' .. ARGV[7], 'b', text(bytes), 'd', table.concat(tail))
redis.call('HSET', KEYS[1], 'head', text(head), 'time', text(time), 'bytes', text(bytes))
local second = math.floor(time / 1000)
if second > math.floor(tonumber(meta[4] or '0') / 1000) then
  redis.call('ZADD', p .. 'seconds', second, text(first - 1))
  redis.call('ZREMRANGEBYRANK', p .. 'seconds', 0, -200001)
end
for _, entry in ipairs(redis.call('XRANGE', tailKey, '-', '+', 'COUNT', 2)) do
  local entryLast = tonumber(string.match(entry[1], '^%d+'))
  local entryBytes = bytes
  for f = 1, #entry[2], 2 do
    if entry[2][f] == 'b' then
      entryBytes = tonumber(entry[2][f + 1])
    end
  end
  if entryLast < head and (entryLast <= head - tonumber(ARGV[10]) or entryBytes < bytes - tonumber(ARGV[11])
      or #entry[2] == 2) then
    redis.call('XDEL', tailKey, entry[1])
  else
    break
  end
end
return {'ok', outcome}
