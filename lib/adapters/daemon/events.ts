/**
 * The daemon's events.
 *
 * @module
 */
import * as z from "zod/mini";
import { ServerError } from "../../base/errors.ts";
import type { ServerEvent } from "../../ports/mod.ts";
import { transform } from "../../base/schemas.ts";
import { readAs } from "../transport/answer.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { eventsPath } from "./requests.ts";

/** The number of events that may wait for a reader; with more, the stream fails. */
const QUEUE_LIMIT = 10_000;

const eventSchema = transform(
  z.object({
    type: z.string(),
    project: z.nullish(z.string()),
    metadata: z.nullish(z.record(z.string(), z.unknown())),
  }),
  (raw): ServerEvent => ({
    type: raw.type,
    project: raw.project ?? "",
    metadata: raw.metadata ?? {},
  }),
);

/** Streams events of some types in a project from the moment of the call until the signal aborts. */
export function readEvents(
  endpoint: Endpoint,
  types: readonly string[],
  project: string,
  signal: AbortSignal,
): AsyncIterable<ServerEvent> {
  const path = eventsPath(project, types);
  const left = new AbortController();
  return new ReadableStream<ServerEvent>({
    start(controller) {
      // Not awaited: the stream is there at once, and ends or fails with the connection.
      follow(endpoint, path, controller, AbortSignal.any([signal, left.signal]));
    },
    cancel() {
      left.abort();
    },
  }, new CountQueuingStrategy({ highWaterMark: QUEUE_LIMIT }));
}

async function follow(
  endpoint: Endpoint,
  path: string,
  controller: ReadableStreamDefaultController<ServerEvent>,
  signal: AbortSignal,
): Promise<void> {
  const request = `GET ${path}`;
  const stop = new AbortController();
  try {
    const { openChannel } = await import("../transport/websocket.ts");
    const channel = await openChannel(endpoint, path, (data) => {
      if (typeof data !== "string" || signal.aborted) return;
      controller.enqueue(readAs(endpoint, request, eventSchema, parse(data)));
      if ((controller.desiredSize ?? 0) > 0) return;
      throw new ServerError(`More than ${QUEUE_LIMIT} events wait to be read`, { request });
    });
    signal.addEventListener("abort", channel.close, { once: true, signal: stop.signal });
    if (signal.aborted) channel.close();
    await channel.ended;
    if (!signal.aborted) throw endOfEvents(endpoint, request);
    controller.close();
  } catch (error) {
    controller.error(error);
  } finally {
    stop.abort();
  }
}

function endOfEvents(endpoint: Endpoint, request: string): ServerError {
  return new ServerError(`${endpoint.title} at "${endpoint.address}" stopped sending events`, {
    request,
    advice: endpoint.advice,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
