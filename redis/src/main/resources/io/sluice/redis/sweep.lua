-- Gives up what has grown too old in channels to which nothing comes any more. A channel that holds
-- nothing is forgotten when there are too many of those: what it lost raises a floor of all that are.
--
-- KEYS[1]  meta
-- ARGV     prefix, epoch, time in ms or '', channels that are remembered; then for each channel: name, ms retained or 0
-- returns  'ok', how many events went; or 'fork'
if redis.replicate_commands then redis.replicate_commands() end
local p = ARGV[1]
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[2] then
  return {'fork'}
end
local time = tonumber(ARGV[3])
if not time then
  time = tonumber(redis.call('TIME')[1]) * 1000
end
local went, wentBytes = 0, 0
local many = redis.call('ZCARD', p .. 'names') > tonumber(ARGV[4])
for i = 5, #ARGV, 2 do
  local name, millis = ARGV[i], tonumber(ARGV[i + 1])
  local state = redis.call('HGET', p .. 'state', name)
  if state then
    local stream = p .. 'c:' .. name
    local total, bytes, last, goneTotal, goneBytes, goneLast, oldest = struct.unpack('>I8I8I8I8I8I8I8', state)
    if millis > 0 and total > goneTotal and oldest <= time - millis then
      local old = redis.call('XRANGE', stream, '-', '+', 'COUNT', 128)
      local keep
      for r = 1, #old do
        local rowTime, _, _, rowTotal, rowBytes = struct.unpack('>I8I8I8I8I8', old[r][2][2])
        oldest = rowTime
        if rowTime > time - millis then
          keep = true
          break
        end
        went = went + rowTotal - goneTotal
        wentBytes = wentBytes + rowBytes - goneBytes
        goneTotal, goneBytes = rowTotal, rowBytes
        goneLast = tonumber(string.match(old[r][1], '^%d+'))
      end
      redis.call('XTRIM', stream, 'MINID', string.format('%.0f', goneLast + 1))
      redis.call('HSET', p .. 'state', name,
        struct.pack('>I8I8I8I8I8I8I8', total, bytes, last, goneTotal, goneBytes, goneLast, oldest))
    end
    if total == goneTotal then
      redis.call('DEL', stream)
      if many then
        redis.call('HDEL', p .. 'state', name)
        redis.call('ZREM', p .. 'newest', name)
        redis.call('ZREM', p .. 'names', name)
        local floor = tonumber(redis.call('HGET', KEYS[1], 'forgotten') or '0')
        if last > floor then
          redis.call('HSET', KEYS[1], 'forgotten', string.format('%.0f', last))
        end
      end
    end
  end
end
if went > 0 then
  redis.call('HINCRBY', KEYS[1], 'events', -went)
  redis.call('HINCRBY', KEYS[1], 'kept', -wentBytes)
  redis.call('HINCRBY', KEYS[1], 'evicted', went)
end
return {'ok', went}
