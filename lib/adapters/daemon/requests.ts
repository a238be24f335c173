/**
 * The requests that the adapters send, each built by one pure function. Those that change the daemon's objects are
 * data of plans, in `plan/*requests.ts`.
 * Rule of paths and bodies: the REST API of LXD and Incus, version 1.0.
 *
 * @module
 */
import { SERVER_PATH } from "../../base/api.ts";
import type { Exec, InstanceRef, Push, VolumeRef } from "../../ports/mod.ts";
import type { Call } from "../transport/endpoint.ts";
import { instancePath, pathIn } from "./paths.ts";

/** A request with a JSON body. */
export interface JsonRequest {
  readonly method: "POST";
  readonly path: string;
  readonly body: unknown;
}

/** Returns the path of the daemon's description of itself. */
export function serverPath(): string {
  return SERVER_PATH;
}

/** Returns the path of the instances of a project, or of all, optionally with state and snapshots. */
export function instancesPath(project: string | undefined, state: boolean): string {
  return pathIn("/1.0/instances", project, { recursion: state ? "2" : "1" });
}

/** Returns the path of one instance, without its state, which takes the daemon four times as long. */
export function oneInstancePath(ref: InstanceRef): string {
  return instancePath(ref, "");
}

/** Returns the path of an instance's status and addresses. */
export function statePath(ref: InstanceRef): string {
  return instancePath(ref, "state");
}

/** Returns the path of a connection to a port of an instance (extension `instance_port_forward`). */
export function portForwardPath(ref: InstanceRef): string {
  return instancePath(ref, "port-forward");
}

/** Returns the path of the profiles of a project. */
export function profilesPath(project: string): string {
  return pathIn("/1.0/profiles", project, { recursion: "1" });
}

/** Returns the path of the projects that this client may see. */
export function projectsPath(): string {
  return "/1.0/projects?recursion=1";
}

/** Returns the path of the images of a project. */
export function imagesPath(project: string): string {
  return pathIn("/1.0/images", project, { recursion: "1" });
}

/** Returns the path of an image's bytes. */
export function imageExportPath(project: string, fingerprint: string): string {
  return pathIn(`/1.0/images/${encodeURIComponent(fingerprint)}/export`, project);
}

/** Returns the path of a file of an instance. */
export function filePath(ref: InstanceRef, path: string): string {
  return instancePath(ref, "files", { path });
}

/** Returns the path of the events of some types in a project. */
export function eventsPath(project: string, types: readonly string[]): string {
  return pathIn("/1.0/events", project, { type: types.join(",") });
}

/** Returns the path that answers when an operation has ended, or after a number of seconds. */
export function waitPath(operation: string, seconds: number): string {
  const path = below(operation, "wait");
  return `${path}${path.includes("?") ? "&" : "?"}timeout=${seconds}`;
}

/** Returns the path of a websocket of an operation. */
export function websocketPath(operation: string, secret: string): string {
  const path = below(operation, "websocket");
  return `${path}${path.includes("?") ? "&" : "?"}secret=${encodeURIComponent(secret)}`;
}

/** Appends to an operation's path, in front of its query. */
function below(operation: string, suffix: string): string {
  const [path, query] = operation.split("?", 2);
  return `${path}/${suffix}${query === undefined ? "" : `?${query}`}`;
}

/** Runs a program whose input and outputs are websockets. */
export function execRequest(exec: Exec): JsonRequest {
  return {
    method: "POST",
    path: instancePath(exec.instance, "exec"),
    body: {
      command: exec.argv,
      environment: exec.env ?? {},
      "wait-for-websocket": true,
      interactive: false,
      ...identity(exec),
    },
  };
}

/** Runs a program that has a terminal of a size. */
export function shellRequest(
  exec: Exec,
  terminal: { readonly type: string; readonly columns: number; readonly rows: number },
): JsonRequest {
  return {
    method: "POST",
    path: instancePath(exec.instance, "exec"),
    body: {
      command: exec.argv,
      environment: { TERM: terminal.type, ...exec.env },
      "wait-for-websocket": true,
      interactive: true,
      width: terminal.columns,
      height: terminal.rows,
      ...identity(exec),
    },
  };
}

/** Returns the ids and the directory of a program, where they are not those of root. */
function identity({ user, cwd }: Exec): Readonly<Record<string, unknown>> {
  return { ...(user ? { user: user.uid, group: user.gid } : {}), ...(cwd === undefined ? {} : { cwd }) };
}

/** Writes a file into an instance. */
export function pushRequest(push: Push): Call {
  const { instance, path, content, mode, uid, gid } = push;
  return {
    method: "POST",
    path: filePath(instance, path),
    body: new Uint8Array(content),
    headers: bothHeaders({
      type: "file",
      write: "overwrite",
      uid: String(uid),
      gid: String(gid),
      mode: `0${mode.toString(8)}`,
    }),
  };
}

/** Deletes a file of an instance. */
export function deleteFileRequest(ref: InstanceRef, path: string): Call {
  return { method: "DELETE", path: filePath(ref, path) };
}

/** The body of an image upload. */
export interface ImageBody {
  readonly type: string;
  readonly body: ReadableStream<Uint8Array>;
  readonly properties: Readonly<Record<string, string>>;
}

/** Sends an image into the daemon's store. */
export function uploadRequest(
  { project, isPublic }: { readonly project: string; readonly isPublic: boolean },
  { type, body, properties }: ImageBody,
): Call {
  const text = new URLSearchParams(properties).toString();
  const headers = bothHeaders({ public: String(isPublic), ...(text ? { properties: text } : {}) });
  return {
    method: "POST",
    path: pathIn("/1.0/images", project),
    body,
    headers: { "Content-Type": type, ...headers },
  };
}

/** Returns the path of a volume backup's bytes. */
export function backupExportPath({ project, pool, name }: VolumeRef, backup: string): string {
  const path = `${volumesPath(pool)}/${encodeURIComponent(name)}/backups/${
    encodeURIComponent(backup)
  }/export`;
  return pathIn(path, project);
}

/** Creates a volume from a backup. */
export function restoreRequest({ project, pool, name }: VolumeRef, body: ReadableStream<Uint8Array>): Call {
  return {
    method: "POST",
    path: pathIn(volumesPath(pool), project),
    body,
    headers: { "Content-Type": "application/octet-stream", ...bothHeaders({ name }) },
  };
}

function volumesPath(pool: string): string {
  return `/1.0/storage-pools/${encodeURIComponent(pool)}/volumes/custom`;
}

// LXD reads X-LXD-* only, and Incus prefers X-Incus-*.
function bothHeaders(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => [[`X-Incus-${key}`, value], [`X-LXD-${key}`, value]]),
  );
}
