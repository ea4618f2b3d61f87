// What the application's API and its events say.

export type Kind = "info" | "success" | "warning" | "error";

export interface Notice {
  readonly id: number;
  readonly type: Kind;
  readonly title: string;
  readonly text: string | null;
  readonly link: string | null;
  readonly at: number;
  readonly read: boolean;
}

/** Of `GET /api/notifications`. */
export interface Page {
  readonly notices: readonly Notice[];
  readonly next: number | null;
  readonly unread: number;
  readonly version: number;
}

/** The events on `users/{name}/notifications`. A page has in it what events with its version and lower ones say. */
export interface Events {
  notification: { readonly version: number; readonly notice: Notice };
  read: { readonly version: number; readonly which: { readonly id?: number; readonly upTo?: number } };
  unread: { readonly version: number; readonly count: number };
}
