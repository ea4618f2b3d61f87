export { connect } from "./connect.js";
export { StreamError, type ErrorCode, type Problem } from "./errors.js";
export { gzip } from "./gzip.js";
export type { Block } from "./block.js";
export type { End, StreamRequest, Transport, TransportSink } from "./transport.js";
export type {
  AllEvents,
  Change,
  Connected,
  Credential,
  Decoder,
  EventIterator,
  EventMap,
  EventStream,
  Gap,
  Handler,
  HubEvents,
  Inspection,
  IterateOptions,
  Options,
  PersistOptions,
  SchemaResult,
  Schemas,
  SharedOptions,
  SluiceEvent,
  StandardSchema,
  State,
  Stats,
  Subscription,
  Unsubscribe,
  Validated,
} from "./types.js";
