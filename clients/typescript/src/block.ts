/** What stands between two empty lines of a stream. */
export interface Block {
  /** The position of the stream after this block, also where the block itself has no `id:`. */
  readonly id: string;
  /** The event's type; `message` where the block names none. */
  readonly type: string;
  /** The event's data, several lines joined by LF; undefined: a block without data, which is no event. */
  readonly data: string | undefined;
  /** Sluice's `channel:` line. */
  readonly channel: string | undefined;
  /** Sluice's `time:` line: milliseconds since 1970. */
  readonly time: number | undefined;
}
