/**
 * The reads of a daemon, one request each.
 *
 * @module
 */
import * as z from "zod/mini";
import { ServerError } from "../../base/errors.ts";
import { BASE_EXTENSION, checkExtension } from "../../ports/extensions.ts";
import { isLock } from "../../ports/lock.ts";
import type { InstanceRef, InstanceServer, ServerInfo } from "../../ports/mod.ts";
import { look, readAs } from "../transport/answer.ts";
import {
  imageSchema,
  instanceSchema,
  profileSchema,
  projectSchema,
  serverSchema,
  stateSchema,
} from "./entities.ts";
import { readEvents } from "./events.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import {
  imagesPath,
  instancesPath,
  oneInstancePath,
  profilesPath,
  projectsPath,
  serverPath,
  statePath,
} from "./requests.ts";

/** Returns the port that reads from a daemon. */
export function instanceServer(endpoint: Endpoint): InstanceServer {
  const get = async (path: string): Promise<unknown> => {
    try {
      return (await look(endpoint, path)).metadata;
    } catch (error) {
      if (error instanceof ServerError && error.status === 404) return undefined;
      throw error;
    }
  };
  const one = async <T>(path: string, schema: z.ZodMiniType<T>): Promise<T | undefined> => {
    const value = await get(path);
    return value === undefined ? undefined : readAs(endpoint, `GET ${path}`, schema, value);
  };
  // A list is there even where it is empty, so its absence (of a project) is an error.
  const list = async <T>(
    path: string,
    schema: z.ZodMiniType<T>,
    [extension, what]: readonly [string, string] = [BASE_EXTENSION, "lxops"],
  ): Promise<readonly T[]> => {
    try {
      const { metadata } = await look(endpoint, path);
      return readAs(endpoint, `GET ${path}`, z.array(schema), metadata ?? []);
    } catch (error) {
      if (error instanceof ServerError && error.status === 404) {
        checkExtension(await server(), extension, what);
      }
      throw error;
    }
  };
  const server = async (): Promise<ServerInfo> => {
    const { metadata } = await look(endpoint, serverPath());
    const { auth, ...info } = readAs(endpoint, `GET ${serverPath()}`, serverSchema, metadata);
    if (auth === "untrusted") throw untrusted(endpoint);
    return info;
  };
  const inProject = <T extends { readonly project: string }>(value: T, project: string): T =>
    value.project === "" ? { ...value, project } : value;
  return {
    address: endpoint.address,
    server,
    async instances(project, options) {
      const found = await list(instancesPath(project, options?.state ?? false), instanceSchema);
      return found.map((instance) => inProject(instance, project ?? "default"));
    },
    async instance(ref: InstanceRef) {
      const found = await one(oneInstancePath(ref), instanceSchema);
      return found === undefined ? undefined : inProject(found, ref.project);
    },
    async instanceState(ref) {
      return await one(statePath(ref), stateSchema);
    },
    async profiles(project) {
      const found = await list(profilesPath(project), profileSchema);
      // Locks of lxops are no profiles of the user.
      return found.filter((profile) => !isLock(profile)).map((profile) => inProject(profile, project));
    },
    async projects() {
      return await list(projectsPath(), projectSchema, ["projects", "-project"]);
    },
    async images(project) {
      return await list(imagesPath(project), imageSchema);
    },
    readFile: async (ref, path, limitMib) =>
      await (await import("./files.ts")).readInstanceFile(endpoint, ref, path, limitMib),
    isDirectory: async (...asked) => await (await import("./files.ts")).isDirectory(endpoint, ...asked),
    look: async (...asked) => await (await import("./peek.ts")).lookInside(endpoint, ...asked),
    readBoth: async (...asked) => await (await import("./peek.ts")).peekBoth(endpoint, ...asked),
    readSmall: async (...asked) => await (await import("./peek.ts")).peek(endpoint, ...asked),
    get,
    getBytes: async (path) => await (await import("./files.ts")).readBytes(endpoint, path),
    stream: async (path, signal) => await (await import("./files.ts")).streamBytes(endpoint, path, signal),
    events: (types, project, signal) => readEvents(endpoint, types, project, signal),
  };
}

function untrusted(endpoint: Endpoint): ServerError {
  return new ServerError(`${endpoint.title} at "${endpoint.address}" does not trust this client`, {
    status: 403,
    request: `GET ${serverPath()}`,
  });
}
