/**
 * Files of an instance.
 *
 * @module
 */
import { ServerError, StateError } from "../../base/errors.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import { limited, READ_LIMIT_MS, readAnswer } from "../transport/answer.ts";
import type { Endpoint, Reply } from "../transport/endpoint.ts";
import { bodyOf, call, readLimited } from "../transport/http.ts";
import { filePath } from "./requests.ts";

/** The most that is read of a file by default, since the content of an instance is not trusted. */
const FILE_LIMIT_MIB = 16;
/** The most that is read of an answer that is not JSON. */
const ANSWER_LIMIT_MIB = 64;
/** The number of symbolic links that Linux follows at most. */
export const LINK_LIMIT = 40;

/**
 * Reads a file of an instance, through symbolic links; `undefined` where there is none. The daemons open any kind of
 * file, and wait at a FIFO until a process writes to it.
 *
 * @throws {TimeoutError} where the whole file does not arrive within the limit
 */
export async function readInstanceFile(
  endpoint: Endpoint,
  ref: InstanceRef,
  path: string,
  limitMib = FILE_LIMIT_MIB,
  limitMs = READ_LIMIT_MS,
): Promise<Uint8Array | undefined> {
  return await limited(
    endpoint,
    filePath(ref, path),
    limitMs,
    (signal) => readThroughLinks(endpoint, ref, path, limitMib, signal),
    [`"${path}" in instance "${ref.name}" may be a FIFO or a device; a file is expected there`],
  );
}

/**
 * Returns the size of a file of an instance, where the daemon reports it without opening the file.
 *
 * @throws {ServerError} where the daemon cannot read files of the instance: a second request would wait as long
 */
export async function sizeOfFile(
  endpoint: Endpoint,
  ref: InstanceRef,
  path: string,
  limitMs: number,
): Promise<number | undefined> {
  const name = `HEAD ${filePath(ref, path)}`;
  const failure = { status: 500, request: name };
  return await limited(endpoint, filePath(ref, path), limitMs, async (signal) => {
    const response = await call(endpoint, { method: "HEAD", path: filePath(ref, path), signal });
    await response.body?.cancel();
    if (response.status === 500) throw new ServerError(`the daemon failed to read it (${name})`, failure);
    const length = response.headers.get("content-length");
    return response.ok && header(response, "type") === "file" && length !== null ? Number(length) : undefined;
  });
}

/** Tells whether there is something at a path, even a symbolic link that leads nowhere. */
export async function isInInstance(
  endpoint: Endpoint,
  ref: InstanceRef,
  path: string,
  limitMs: number,
): Promise<boolean> {
  return await limited(endpoint, filePath(ref, path), limitMs, async (signal) => {
    const response = await call(endpoint, { method: "GET", path: filePath(ref, path), signal });
    await response.body?.cancel();
    return response.status !== 404;
  });
}

/**
 * Tells whether a path of an instance leads to a directory, also through symbolic links. The daemon follows those before
 * a dot. An old one may not know the first request, and says nothing of its failures there: the second one tells.
 */
export async function isDirectory(endpoint: Endpoint, ref: InstanceRef, path: string): Promise<boolean> {
  const inside = filePath(ref, `${path}/.`);
  return await limited(endpoint, inside, READ_LIMIT_MS, async (signal) => {
    const head = await call(endpoint, { method: "HEAD", path: inside, signal });
    await head.body?.cancel();
    if (head.ok && header(head, "type") === "directory") return true;
    try {
      const response = await opened(endpoint, inside, signal);
      await response?.body?.cancel();
      return response !== undefined && header(response, "type") === "directory";
    } catch (error) {
      if (error instanceof ServerError && /not a directory/i.test(error.message)) return false;
      throw error;
    }
  });
}

async function readThroughLinks(
  endpoint: Endpoint,
  ref: InstanceRef,
  path: string,
  limitMib: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  let place = path;
  for (let links = 0; links <= LINK_LIMIT; links++) {
    const name = `GET ${filePath(ref, place)}`;
    const response = await opened(endpoint, filePath(ref, place), signal);
    if (!response) return undefined;
    const type = header(response, "type");
    if (type === "directory") {
      await response.body?.cancel();
      throw new StateError(`"${place}" in instance "${ref.name}" is a directory, not a file`);
    }
    const content = await readLimited(endpoint, name, response, signal, limitMib);
    if (content === undefined) {
      throw new StateError(
        `"${place}" in instance "${ref.name}" is larger than ${limitMib} MiB, the most that is read (${name})`,
      );
    }
    if (type !== "symlink") return content;
    place = linkTarget(place, new TextDecoder().decode(content).trim());
  }
  throw new StateError(`Too many symbolic links at "${path}" in instance "${ref.name}"`);
}

/** Sends a `GET` whose answer is not JSON, and returns its reply; `undefined` where there is nothing. */
async function opened(endpoint: Endpoint, path: string, signal: AbortSignal): Promise<Reply | undefined> {
  const response = await call(endpoint, { method: "GET", path, signal });
  if (response.status === 404) {
    await response.body?.cancel();
    return undefined;
  }
  // Throws the daemon's own message.
  if (!response.ok) await readAnswer(endpoint, `GET ${path}`, response, signal);
  return response;
}

/** Reads an answer that is not JSON; `undefined` where there is none. */
export async function readBytes(endpoint: Endpoint, path: string): Promise<Uint8Array | undefined> {
  return await limited(endpoint, path, READ_LIMIT_MS, async (signal) => {
    const request = `GET ${path}`;
    const response = await opened(endpoint, path, signal);
    if (!response) return undefined;
    const content = await readLimited(endpoint, request, response, signal, ANSWER_LIMIT_MIB);
    if (content) return content;
    throw new ServerError(`The answer is larger than ${ANSWER_LIMIT_MIB} MiB (${request})`, {
      status: 413,
      request,
    });
  });
}

/** Streams an answer of any size; `undefined` where there is nothing. */
export async function streamBytes(
  endpoint: Endpoint,
  path: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const response = await opened(endpoint, path, signal);
  return response && bodyOf(endpoint, `GET ${path}`, response, signal);
}

/** Returns a header of an answer under either daemon's name; empty where it is missing. */
export function header(response: Reply, key: string): string {
  return response.headers.get(`X-Incus-${key}`) ?? response.headers.get(`X-LXD-${key}`) ?? "";
}

/** Returns the path that a link leads to. `..` stays in it: only the instance can resolve its own directories. */
export function linkTarget(link: string, target: string): string {
  return target.startsWith("/") ? target : `${link.slice(0, link.lastIndexOf("/") + 1)}${target}`;
}
