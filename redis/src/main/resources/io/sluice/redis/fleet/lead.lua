-- Takes or keeps the lead in telling who is there, if nobody else has it; says who has, and how far each node's members are.
-- KEYS: the leader; nodes whose members count, by the end of their time
-- ARGV: name and run, lease in ms, whether it is wanted, what keys of members begin with
local leader = redis.call('GET', KEYS[1])
if ARGV[3] == '1' then
  if not leader then
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    leader = ARGV[1]
  elseif leader == ARGV[1] then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
  end
elseif leader == ARGV[1] then
  -- Given up: but what it told last must have come to all nodes before the next one looks.
  redis.call('PEXPIRE', KEYS[1], math.min(1000, redis.call('PTTL', KEYS[1])))
end
local answer = {leader or ''}
if leader == ARGV[1] then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], now, '+inf')) do
    answer[#answer + 1] = node
    answer[#answer + 1] = redis.call('HGET', ARGV[4] .. node, '') or '0'
  end
end
return answer
