/**
 * The locks at a real daemon, which are profiles.
 *
 * @module
 */
import { EXIT, ServerError, TimeoutError } from "../../base/errors.ts";
import { createProfile, deleteProfile, patchProfile, updateProfile } from "../../plan/requests/instances.ts";
import { profilePath } from "../../plan/requests/reads.ts";
import { after } from "../../base/time/timer.ts";
import type { LockContent, LockStore } from "../../ports/lock.ts";
import type { InstanceControl, InstanceServer, Request } from "../../ports/mod.ts";

/** Time that the daemon has for a request about a lock. */
const LIMIT_MS = 30_000;

/** Returns the locks at a daemon. */
export function lockStore(
  server: Pick<InstanceServer, "get" | "address">,
  control: Pick<InstanceControl, "send">,
): LockStore {
  const send = async (request: Request) => {
    const limit = new AbortController();
    const stop = after(LIMIT_MS, () => {
      limit.abort(new TimeoutError(`The daemon did not answer ${request.path} within ${LIMIT_MS / 1000} s`));
    });
    await control.send(request, limit.signal).finally(stop);
  };
  const unless = async (refused: (error: ServerError) => boolean, request: Request): Promise<boolean> => {
    try {
      await send(request);
      return true;
    } catch (error) {
      if (error instanceof ServerError && refused(error)) return false;
      throw error;
    }
  };
  const isMissing = ({ status }: ServerError) => status === 404;
  return {
    address: server.address,
    create: ({ project, name }, content) =>
      unless(({ exitCode }) => exitCode === EXIT.exists, createProfile(project, name, bodyOf(content))),
    async read({ project, name }) {
      const found = await server.get(profilePath(project, name));
      if (typeof found !== "object" || found === null) return undefined;
      const { description, config } = found as { description?: unknown; config?: unknown };
      return { description: String(description ?? ""), config: textsOf(config) };
    },
    replace: ({ project, name }, content) => unless(isMissing, updateProfile(project, name, bodyOf(content))),
    touch: ({ project, name }, config) => send(patchProfile(project, name, { config })),
    async remove({ project, name }) {
      await unless(isMissing, deleteProfile(project, name));
    },
  };
}

function bodyOf({ description, config }: LockContent) {
  return { description, config, devices: {} };
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}
