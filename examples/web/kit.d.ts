// What the kit of all examples gives to pages: src/main/resources/io/sluice/examples/site/page/kit.js.

import type { EventStream, Options } from "sluice-client";

export interface User {
  readonly name: string;
  readonly roles: readonly string[];
}
export interface Site {
  readonly hub: string;
  readonly user: User;
}
export class Problem extends Error {
  readonly status: number;
  /** Whether the same request may do better later. */
  readonly passing: boolean;
}
export function enter(how?: { hint?: string; suggestions?: readonly string[] }): Promise<Site>;
export function api<T>(method: string, path: string, body?: unknown, more?: { key?: string }): Promise<T>;
export function ask<T>(hub: string, path: string): Promise<T>;
export function streamOptions(user: User): Options;
export function streamUrl(hub: string, channels: readonly string[], more?: Record<string, string>): string;
export function showState(events: EventStream<any>): void;
export function el(tag: string, props?: Record<string, unknown>, ...children: unknown[]): HTMLElement;
