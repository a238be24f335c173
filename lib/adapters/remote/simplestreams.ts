/**
 * The images of a simplestreams server, read over HTTPS.
 *
 * @module
 */
import { reasonOf, ServerError, TimeoutError } from "../../base/errors.ts";
import type { ImageRemote } from "../../ports/mod.ts";
import type { ImageStream, StreamImage } from "../../ports/streams.ts";

import type { Endpoint, Reply } from "../transport/endpoint.ts";
import { call, readLimited } from "../transport/http.ts";
import { after } from "../transport/timer.ts";
import { imagesOf, listsOf, type StreamReader } from "./stream_images.ts";

/** Options for reading a server. */
export interface StreamOptions extends StreamReader {
  /** Name of the remote, for messages. */
  readonly remote: string;
  readonly signal: AbortSignal;
  /** Time for each file until its answer begins. */
  readonly limitMs?: number;
}

const ANSWER_MS = 60_000;

/** The most that is read of the index, and of a list of images, of which the largest known one has 12 MiB. */
const INDEX_MIB = 4;
const LIST_MIB = 64;

/** Reads all images that a server has for daemons of a kind. */
export async function readStream(
  server: Pick<ImageRemote, "url" | "certificate">,
  options: StreamOptions,
): Promise<ImageStream> {
  const endpoint = await openServer(server, options.remote);
  try {
    const lists = listsOf(await readJson(endpoint, "streams/v1/index.json", INDEX_MIB, options));
    const images: StreamImage[] = [];
    for (const path of lists) {
      images.push(...imagesOf(await readJson(endpoint, path, LIST_MIB, options), options));
    }
    return { images, architecture: options.architecture };
  } finally {
    endpoint.close();
  }
}

/** Opens a server: one with an accepted certificate by that alone, others as the machine trusts them. */
async function openServer(
  { url, certificate }: Pick<ImageRemote, "url" | "certificate">,
  remote: string,
): Promise<Endpoint> {
  const title = "The image server";
  const advice = [`To see the address of remote "${remote}": lxops remote list`];
  if (certificate !== undefined) {
    const { openTls } = await import("../transport/tls.ts");
    return await openTls({
      title,
      service: title,
      remote,
      url,
      credentials: { server: certificate },
      advice,
    });
  }
  return {
    title,
    service: title,
    address: url,
    advice,
    fetch: async (path, init) => {
      const reply = await fetch(new URL(path, url), init);
      if (new URL(reply.url || url).protocol === "https:") return reply;
      await reply.body?.cancel();
      throw new ServerError(`The image server at "${url}" leads to "${reply.url}", which is not HTTPS`, {
        advice,
      });
    },
    dial: () => Promise.reject(new Error("an image server has no websockets")),
    close: () => {},
  };
}

async function readJson(
  endpoint: Endpoint,
  file: string,
  limitMib: number,
  { signal, limitMs = ANSWER_MS }: StreamOptions,
): Promise<unknown> {
  const path = `${new URL(endpoint.address).pathname.replace(/\/+$/, "")}/${file}`;
  const bytes = await readFile(endpoint, path, limitMib, { signal, limitMs });
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw failure(endpoint, path, `"${path}" is not JSON (${reasonOf(error)})`);
  }
}

async function readFile(
  endpoint: Endpoint,
  path: string,
  limitMib: number,
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<Uint8Array> {
  const late = new AbortController();
  const stop = after(limitMs, () =>
    late.abort(
      new TimeoutError(
        `${endpoint.title} at "${endpoint.address}" did not answer GET ${path} within ${limitMs / 1000} s`,
        endpoint.advice,
      ),
    ));
  const either = AbortSignal.any([signal, late.signal]);
  let reply: Reply;
  try {
    reply = await call(endpoint, {
      method: "GET",
      path,
      signal: either,
      headers: { Accept: "application/json" },
    });
  } finally {
    stop();
  }
  if (!reply.ok) {
    await reply.body?.cancel();
    throw failure(endpoint, path, `it answered ${reply.status} to GET ${path}`, reply.status);
  }
  const bytes = await readLimited(endpoint, `GET ${path}`, reply, either, limitMib);
  if (bytes) return bytes;
  throw failure(endpoint, path, `"${path}" is larger than ${limitMib} MiB`);
}

function failure(endpoint: Endpoint, path: string, reason: string, status = 0): ServerError {
  return new ServerError(`Cannot list the images of the server at "${endpoint.address}": ${reason}`, {
    // A file that is missing does not make the command's object missing.
    status: status === 404 ? 400 : status,
    request: `GET ${path}`,
    advice: endpoint.advice,
  });
}
