/**
 * Writes files into instances.
 *
 * @module
 */
import { ServerError } from "../../base/errors.ts";
import type { InstanceRef, Push } from "../../ports/mod.ts";
import { limited, READ_LIMIT_MS, readAnswer } from "../transport/answer.ts";
import { header, LINK_LIMIT, linkTarget } from "./files.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { call, readLimited } from "../transport/http.ts";
import { deleteFileRequest, filePath, oneInstancePath, pushRequest } from "./requests.ts";

/** An existing file, after all links were followed, with its mode and owner. */
interface Found extends Pick<Push, "path" | "mode" | "uid" | "gid"> {}

/**
 * Writes a file into an instance. The daemons keep mode and owner of an existing file, so a file that needs others is
 * deleted first: a secret must never be in a file that others can read, not even for a moment.
 */
export async function pushFile(endpoint: Endpoint, push: Push, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const found = push.set ? await existing(endpoint, push, signal) : undefined;
  const wanted = found && { ...push, ...found, ...asked(push) };
  const isOther = wanted && found &&
    (["mode", "uid", "gid"] as const).some((key) => wanted[key] !== found[key]);
  if (isOther) await send(endpoint, deleteFileRequest(push.instance, found.path), signal);
  const request = pushRequest(wanted ?? push);
  try {
    await send(endpoint, request, signal);
  } catch (error) {
    throw error instanceof ServerError ? await pushFailure(endpoint, push, error, isOther ?? false) : error;
  }
}

function asked(push: Push): Partial<Pick<Push, "mode" | "uid" | "gid">> {
  return Object.fromEntries((push.set ?? []).map((key) => [key, push[key]]));
}

async function send(
  endpoint: Endpoint,
  request: ReturnType<typeof pushRequest>,
  signal: AbortSignal,
): Promise<void> {
  const response = await call(endpoint, { ...request, signal });
  await readAnswer(endpoint, `${request.method} ${request.path}`, response, signal);
}

async function existing(endpoint: Endpoint, push: Push, signal: AbortSignal): Promise<Found | undefined> {
  return await limited(
    endpoint,
    filePath(push.instance, push.path),
    READ_LIMIT_MS,
    (limit) => find(endpoint, push.instance, push.path, AbortSignal.any([limit, signal])),
    [`"${push.path}" in instance "${push.instance.name}" may be a FIFO or a device; a file is expected there`],
  );
}

async function find(
  endpoint: Endpoint,
  ref: InstanceRef,
  path: string,
  signal: AbortSignal,
): Promise<Found | undefined> {
  let place = path;
  for (let links = 0; links <= LINK_LIMIT; links++) {
    const request = `GET ${filePath(ref, place)}`;
    const response = await call(endpoint, { method: "GET", path: filePath(ref, place), signal });
    const type = header(response, "type");
    if (response.ok && type === "symlink") {
      const target = await readLimited(endpoint, request, response, signal, 1);
      place = linkTarget(place, new TextDecoder().decode(target).trim());
      continue;
    }
    await response.body?.cancel();
    // Other problems are reported by the write.
    if (!response.ok || type !== "file") return undefined;
    const [uid, gid] = [Number(header(response, "uid")), Number(header(response, "gid"))];
    return { path: place, mode: parseInt(header(response, "mode"), 8) & 0o7777, uid, gid };
  }
  return undefined;
}

async function pushFailure(
  endpoint: Endpoint,
  push: Push,
  error: ServerError,
  deleted: boolean,
): Promise<ServerError> {
  const { path, instance: { name, project } } = push;
  // The daemon's "Not Found" does not say whether of the instance, or of the directory.
  if (error.status === 404 && !await exists(endpoint, push.instance)) {
    const where = project === "" || project === "default" ? "" : ` in project "${project}"`;
    return new ServerError(`There is no instance "${name}"${where}`, { status: 404, request: error.request });
  }
  const advice = [
    ...(error.status === 404 ? ["The directory of the file must be there already"] : []),
    ...(/is a directory/.test(error.message) ? [`To write a file into that directory: ${name}${path}/`] : []),
    ...(deleted
      ? ["The file that was there is deleted, as its mode or owner was another: run the same command again"]
      : []),
  ];
  return new ServerError(`Cannot write "${path}" in instance "${name}": ${error.message}`, {
    status: error.status,
    request: error.request,
    advice: [...error.advice, ...advice],
  });
}

async function exists(endpoint: Endpoint, ref: InstanceRef): Promise<boolean> {
  const path = oneInstancePath(ref);
  return await limited(endpoint, path, READ_LIMIT_MS, async (signal) => {
    const response = await call(endpoint, { method: "GET", path, signal });
    await response.body?.cancel();
    return response.status !== 404;
  });
}
