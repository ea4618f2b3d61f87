-- What was taken back since, at most 1,000 of it, in order: number, whose, until and before.
-- KEYS: revocations; the same by number; the number of the newest
-- ARGV: the number after which
local answer = {redis.call('GET', KEYS[3]) or '0'}
local found = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, 1000)
for i = 1, #found, 2 do
  answer[#answer + 1] = found[i + 1]
  answer[#answer + 1] = found[i]
  answer[#answer + 1] = redis.call('HGET', KEYS[1], found[i]) or ''
end
return answer
