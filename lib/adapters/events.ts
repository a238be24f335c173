/**
 * The daemon's events.
 *
 * @module
 */
import { z } from "zod";
import { ServerError } from "../errors.ts";
import type { ServerEvent } from "../ports.ts";
import { narrow } from "./answer.ts";
import type { Endpoint } from "./http.ts";
import { apiPath } from "./paths.ts";
import { openChannel } from "./websocket.ts";

/** Events that may wait for a reader; one that is further behind has lost touch and is told so. */
const QUEUE_LIMIT = 10_000;

const eventSchema = z.object({
  type: z.string(),
  project: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
}).transform((raw): ServerEvent => ({
  type: raw.type,
  project: raw.project ?? "",
  metadata: raw.metadata ?? {},
}));

/** Events of some types in a project, from the moment of the call on, until the signal aborts. */
export function readEvents(
  endpoint: Endpoint,
  types: readonly string[],
  project: string,
  signal: AbortSignal,
): AsyncIterable<ServerEvent> {
  const path = apiPath("/1.0/events", project, { type: types.join(",") });
  const request = `GET ${path}`;
  const channel = { close() {} };
  const stream = new ReadableStream<ServerEvent>({
    start(controller) {
      const socket = openChannel(endpoint, path, {
        onMessage: (data) => {
          const text = typeof data === "string" ? data : new TextDecoder().decode(data);
          controller.enqueue(narrow(endpoint, request, eventSchema, parse(text)));
          if ((controller.desiredSize ?? 0) <= 0) {
            throw new ServerError(`More than ${QUEUE_LIMIT} events wait to be read`, 0, request);
          }
        },
      });
      channel.close = socket.close;
      socket.ended.then((reason) => {
        signal.removeEventListener("abort", socket.close);
        if (signal.aborted) controller.close();
        else controller.error(endOfEvents(endpoint, request, reason));
      }, (error) => controller.error(error));
      signal.addEventListener("abort", socket.close, { once: true });
      if (signal.aborted) socket.close();
    },
    cancel() {
      channel.close();
    },
  }, new CountQueuingStrategy({ highWaterMark: QUEUE_LIMIT }));
  return stream;
}

function endOfEvents(endpoint: Endpoint, request: string, reason: string): ServerError {
  const why = reason === "" ? "" : `: ${reason}`;
  return new ServerError(
    `${endpoint.title} at "${endpoint.address}" stopped sending events${why}`,
    0,
    request,
    endpoint.advice,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
