// Types of client.js.
/**
 * What went wrong, for programs:
 *
 * - `network`: no connection, or it broke. Tried again.
 * - `ended`: the server ended the stream in good order. Connected again; the reason of a `waiting`.
 * - `silent`: nothing was heard for the watchdog's time, or no answer for `connectTimeout`. Tried again.
 * - `status`: an answer that is no stream; `status`, and `problem` where the server explained itself.
 * - `content-type`: an answer that isn't `text/event-stream`. Final.
 * - `unauthorized`: 401, and there is no fresh token or ticket to be had. Final.
 * - `rejected`: the hub said so on a stream (`event: rejected`); `problem.code` says why. Tried again.
 * - `expired`: the token, key or session that the stream was opened with is no longer good.
 * - `retries`: `maxRetries` are used up; `cause` is the last failure. Final.
 * - `too-large`: an event of more than `maxEventSize`. Final.
 * - `credentials`: the `token` or `ticket` function failed; `cause` is what it threw. Tried again.
 * - `data`: an event's data couldn't be read (`data: "json"`, a decoder, a schema). The event is left out.
 * - `overflow`: a `stream()` that isn't read fast enough, with `overflow: "error"`.
 * - `request`: the request itself can't be made (a body that can't be sent twice, a header that EventSource can't send). Final.
 */
export type ErrorCode = "network" | "ended" | "silent" | "status" | "content-type" | "unauthorized" | "rejected" | "expired" | "retries" | "too-large" | "credentials" | "data" | "overflow" | "request";
/** Problem details (RFC 9457) as Sluice and others send them. */
export interface Problem {
    readonly type?: string;
    readonly title?: string;
    readonly status?: number;
    readonly detail?: string;
    /** Sluice's stable name of what is wrong. */
    readonly code?: string;
    readonly [member: string]: unknown;
}
/** Everything that this client reports as wrong. The message is for people. */
export declare class StreamError extends Error {
    readonly name = "StreamError";
    readonly code: ErrorCode;
    /** The HTTP status, where there was an answer. */
    readonly status: number | undefined;
    /** What the server said of it. */
    readonly problem: Problem | undefined;
    constructor(code: ErrorCode, message: string, details?: StreamErrorDetails);
}
export interface StreamErrorDetails {
    status?: number | undefined;
    problem?: Problem | undefined;
    cause?: unknown;
}
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
/** All that a stream is opened with. */
export interface StreamRequest {
    /** Absolute, with ticket and subscription. */
    readonly url: string;
    readonly method: string;
    readonly headers: Headers;
    readonly body: BodyInit | null;
    readonly credentials: RequestCredentials;
    /** The position to go on from; empty: none. Not yet in headers or URL. */
    readonly lastEventId: string;
    /** Whether the position goes into the URL. */
    readonly inQuery: boolean;
    readonly maxEventSize: number;
}
/** How a stream came to its end. */
export type End = 
/** It broke, or was refused for now. `retryAfter`: milliseconds that the server asked for. */
{
    readonly kind: "lost";
    readonly error: StreamError;
    readonly retryAfter?: number | undefined;
}
/** 401. */
 | {
    readonly kind: "unauthorized";
    readonly error: StreamError;
}
/** Refused for good. */
 | {
    readonly kind: "refused";
    readonly error: StreamError;
}
/** The server said that there is no more (204). */
 | {
    readonly kind: "done";
    readonly error?: undefined;
};
/** What a transport tells. `opened` comes first and once, `ended` last and once, unless it was closed: then nothing more. */
export interface TransportSink {
    opened(status: number, url: string): void;
    /** Something came, so the connection lives; comments too. */
    heard(bytes: number): void;
    block(block: Block): void;
    retry(ms: number): void;
    ended(end: End): void;
}
export interface Transport {
    /** Opens a stream. The function that it gives closes it, and is called in any case: nothing is told from then on. */
    open(request: StreamRequest, sink: TransportSink): () => void;
    /** Somebody wants events of this type: for those that don't tell of types that they weren't asked for. */
    listen?(type: string): void;
}
/** Takes a handler away again. More than once is fine. */
export type Unsubscribe = () => void;
/** One event. `T` is its data's type. */
export interface SluiceEvent<T = unknown, Type extends string = string> {
    /** Its type; `message` where the server names none. */
    readonly type: Type;
    /** Its data as `data`, `decode` and the schema of its type leave it. */
    readonly data: T;
    /** Its data as it was published, before anything is made of it. */
    readonly text: string;
    /** The stream's position after it, empty if the server gives no ids. */
    readonly id: string;
    /** Where it was published, on a Sluice stream of several channels. */
    readonly channel: string | undefined;
    /** Milliseconds since 1970 at which it was published, where the hub says so (`stream.time`). */
    readonly time: number | undefined;
}
/** Events that this stream should have had, and can't get any more. */
export interface Gap {
    /**
     * `evicted`: away for longer than events are kept. `slow`: read so slowly that the next event went. `reset`: the
     * position is of another life of the hub's log.
     */
    readonly reason: "evicted" | "slow" | "reset";
    /** The position before the gap. */
    readonly after?: string;
    /** The first event that is still there. */
    readonly next?: string;
    /** How many are missing, where that is known. */
    readonly missed?: number;
}
/** What a Sluice hub says at the beginning of a stream. */
export interface Connected {
    /** Names this connection, for `update` and for the hub's operators. */
    readonly connection: string;
    /** What the stream is subscribed to. */
    readonly channels: readonly string[];
    /** Seconds: on a connection that works, something comes at least so often. */
    readonly heartbeat: number;
    /** The hub's clock. */
    readonly time: string;
    /** Only if this client came with a position: false if a gap follows. */
    readonly resumed?: boolean;
    /** Only with `?encoding=gzip`: large data may come compressed. It is read without doing. */
    readonly encoding?: "gzip";
}
/** What a stream is subscribed to. No types: all of them. */
export interface Subscription {
    readonly channels: readonly string[];
    readonly types: readonly string[];
}
/** The events that the hub itself sends. */
export interface HubEvents {
    connected: Connected;
    gap: Gap;
    subscription: Subscription;
    expired: {
        readonly reason: "token" | "revoked";
    };
    rejected: {
        readonly code: string;
        readonly detail: string;
        readonly retryAfter?: number;
    };
    heartbeat: Record<string, never>;
}
/** Data by type. Write your own as an interface: `connect<{ price: { symbol: string; value: number } }>(…)`. */
export type EventMap = Record<string, unknown>;
/** A user's events and the hub's own. */
export type AllEvents<M> = Omit<M, keyof HubEvents> & HubEvents;
export type Handler<T, Type extends string = string> = (data: T, event: SluiceEvent<T, Type>) => void;
/** How a stream is. A new object for every change, so that it can be compared by identity. */
export type State = {
    readonly status: "connecting";
    readonly attempt: number;
} | {
    readonly status: "open";
    readonly since: number;
} | {
    readonly status: "waiting";
    /** When it will be tried again, in milliseconds since 1970. */
    readonly until: number;
    /** Failures in a row; 0 after a stream that worked. */
    readonly attempt: number;
    readonly why: StreamError;
} | {
    readonly status: "closed";
    /** What it ended with; undefined after `close()`, the abort of its signal, or the server's 204. */
    readonly why: StreamError | undefined;
};
/** Counted from `connect` on. */
export interface Stats {
    /** Requests made. */
    readonly attempts: number;
    readonly events: number;
    /** Bytes of bodies; 0 over EventSource, which doesn't tell. */
    readonly bytes: number;
    /** Milliseconds from its publishing to its arrival here, of the last event that has a `time`. By the hub's clock. */
    readonly lag: number | undefined;
}
/** What happens, step by step, for a debugging view. */
export type Inspection = {
    readonly kind: "request";
    readonly url: string;
    readonly lastEventId: string;
} | {
    readonly kind: "response";
    readonly status: number;
    readonly url: string;
} | {
    readonly kind: "block";
    readonly block: Block;
} | {
    readonly kind: "retry";
    readonly ms: number;
} | {
    readonly kind: "error";
    readonly error: unknown;
} | {
    readonly kind: "state";
    readonly state: State;
};
/** Turns an event as it was sent into its data. What it throws is reported, and the event left out. */
export type Decoder = (event: SluiceEvent<string>) => unknown;
/** A schema of any library that knows Standard Schema (standardschema.dev, version 1). */
export interface StandardSchema<Output = unknown> {
    readonly "~standard": {
        readonly version: 1;
        readonly vendor: string;
        readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
        readonly types?: {
            readonly input: unknown;
            readonly output: Output;
        } | undefined;
    };
}
export type SchemaResult<Output> = {
    readonly value: Output;
    readonly issues?: undefined;
} | {
    readonly issues: ReadonlyArray<{
        readonly message: string;
        readonly path?: ReadonlyArray<PropertyKey | {
            readonly key: PropertyKey;
        }> | undefined;
    }>;
};
export type Schemas = Record<string, StandardSchema>;
/** The event map that schemas give. */
export type Validated<S extends Schemas> = {
    [K in keyof S]: NonNullable<S[K]["~standard"]["types"]>["output"];
};
/** A string, or what gives one anew when it is asked for; null ends the stream: somebody has to log in again. */
export type Credential = string | (() => string | null | Promise<string | null>);
export interface Options<S extends Schemas = Schemas> {
    /** Sent with every request. A function is asked before each. */
    headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
    /** GET by default. */
    method?: string;
    /** What is sent again with every request: so not a stream. */
    body?: string | URLSearchParams | FormData | Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>;
    /** `same-origin` by default, as fetch has it: `include` sends cookies to other origins. */
    credentials?: RequestCredentials;
    /** Sent as `Authorization: Bearer`. A function is asked once for all streams that share it, and again after a 401. */
    token?: Credential;
    /** Sent as `?ticket=`. Good once, so it is asked for before each connection. */
    ticket?: Exclude<Credential, string>;
    /** Ends the stream. */
    signal?: AbortSignal;
    /** How many failures in a row it takes to give up. Unlimited by default. */
    maxRetries?: number;
    /** Milliseconds that are waited at least (1000; the server's `retry:` replaces it) and at most (30000). */
    backoff?: {
        min?: number;
        max?: number;
    };
    /**
     * Milliseconds of silence after which a connection is given up; false: never. By default 2.5 times the heartbeat that
     * a Sluice hub announces, and never on other servers.
     */
    watchdog?: number | false;
    /** Milliseconds until a server has to have answered; 60000 by default. */
    connectTimeout?: number;
    /** Characters of one event; 16 Mi by default. */
    maxEventSize?: number;
    /** `auto` parses what is JSON and leaves the rest text, `json` reports what isn't, `text` leaves all of it. */
    data?: "auto" | "json" | "text" | Decoder;
    /** Checks (and may convert) the data of a type. What doesn't fit is reported and left out. */
    schemas?: S;
    /** The position to begin after. */
    lastEventId?: string;
    /**
     * Keeps the position over reloads and crashes of the page: in sessionStorage (true) or localStorage, under the stream's
     * URL or a key of your own. Only one tab at a time keeps a key.
     */
    persist?: boolean | PersistOptions;
    /**
     * One connection for all tabs of this origin whose streams have the same options, on a Sluice hub whatever they are
     * subscribed to. Where that can't be, each has its own.
     */
    shared?: boolean | SharedOptions;
    /** Told what didn't end the stream: data that can't be read, a handler that threw. By default `reportError`. */
    onError?: (error: unknown) => void;
    /** `header` (`Last-Event-ID`) by default. `query` (`?lastEventId=`) spares other origins' servers the CORS preflight. */
    lastEventIdIn?: "header" | "query";
    /** `auto` takes fetch where it can stream, else EventSource. Or one of your own. */
    transport?: "auto" | "fetch" | "eventsource" | Transport;
    /** In place of the global one. */
    fetch?: typeof fetch;
}
export interface PersistOptions {
    storage?: "session" | "local";
    key?: string;
}
export interface SharedOptions {
    /** Where the SharedWorker's script (`sluice-client/worker`) is; `client-worker.js` beside the client by default. False: none. */
    worker?: string | URL | false;
    /**
     * Whose tokens, tickets or headers are given: a user's id, say. Tabs of different ones never share. Has to be there where
     * `token`, `ticket` or `headers` is a function.
     */
    identity?: string;
}
export interface IterateOptions {
    /** Events that wait until they are read; 1000 by default. */
    buffer?: number;
    /** What happens to one more: the oldest or the newest goes, or the iteration ends with an error (default). */
    overflow?: "drop-oldest" | "drop-newest" | "error";
    /** Only events of these types. */
    types?: readonly string[];
    signal?: AbortSignal;
}
export interface EventIterator extends AsyncIterableIterator<SluiceEvent> {
    /** Events that were left out because the loop was too slow. */
    readonly dropped: number;
}
/** Changes of a subscription on a Sluice hub. */
export interface Change {
    readonly add?: Partial<Subscription>;
    readonly remove?: Partial<Subscription>;
    /** Where added channels begin: `earliest`, an id or a duration such as `90s`. By default with their next event. */
    readonly since?: string;
}
/** A stream that stays: it connects again by itself and goes on where it was. */
export interface EventStream<M = EventMap> {
    /** Where it is asked for, without tickets. */
    readonly url: string;
    readonly state: State;
    readonly stats: Stats;
    /** The position: what was last received, with an event or without one. */
    readonly lastEventId: string;
    /** Of the hub, once it has said `connected`. */
    readonly connection: Connected | undefined;
    /** Calls `handler` with each event of a type. */
    on<K extends keyof AllEvents<M> & string>(type: K, handler: Handler<AllEvents<M>[K], K>, options?: {
        signal?: AbortSignal;
    }): Unsubscribe;
    /** Calls `handler` with each event, the hub's own included. Over EventSource: of types that somebody asked for. */
    onAny(handler: (event: SluiceEvent) => void, options?: {
        signal?: AbortSignal;
    }): Unsubscribe;
    /** Calls `handler` with each new state. */
    onState(handler: (state: State) => void, options?: {
        signal?: AbortSignal;
    }): Unsubscribe;
    /** Calls `handler` with each step. */
    inspect(handler: (step: Inspection) => void, options?: {
        signal?: AbortSignal;
    }): Unsubscribe;
    /**
     * The events from here on, gaps included, for `for await`. Ends when the stream is closed; throws what it was closed
     * with. Leaving the loop takes it away and leaves the stream open.
     */
    stream(options?: IterateOptions): EventIterator;
    /** Changes what a stream of a Sluice hub is subscribed to, without connecting again. Gives what holds then. */
    update(change: Change, options?: {
        signal?: AbortSignal;
    }): Promise<Subscription>;
    /** Ends it for good. No handler is called from here on, but those of `onState`, once. */
    close(): void;
}
/**
 * Subscribes to a stream of events. It connects at once and stays until it is closed: `close()`, its signal, a 204, or an
 * answer that trying again won't change. Handlers that are added before the caller gives way miss nothing.
 *
 * @param url where the stream is; relative to the page
 * @throws TypeError if the URL or the options can't be right
 */
export declare function connect<S extends Schemas>(url: string | URL, options: Options<S> & {
    schemas: S;
}): EventStream<Validated<S>>;
export declare function connect<M extends object = EventMap>(url: string | URL, options?: Options): EventStream<M>;
/**
 * A decoder for servers that send `gzip;base64,` and then base64 of gzip: what was in it, and all other data, goes to
 * `then`; by default JSON is parsed and the rest stays text. Streams of a Sluice hub with `?encoding=gzip` need none: they
 * are read without being told.
 */
export declare function gzip(then?: Decoder): Decoder;
