/**
 * Questions that are asked while files are still being read: nearly every command wants the same four lists, and a
 * daemon answers on a processor of its own.
 *
 * @module
 */
import type { InstanceServer } from "../ports.ts";

/** What will be asked of a project. */
export interface Expected {
  readonly project: string;
  readonly images: boolean;
  /** The instances of all projects, instead of those of one. */
  readonly everywhere?: boolean;
}

/**
 * The daemon, with answers on their way. Each is for the first who asks: who asks later wants to know what is so
 * then. Answers that nobody asks for are dropped, with their errors.
 */
export function askAhead(
  server: InstanceServer,
  { project, images, everywhere = false }: Expected,
): InstanceServer {
  const info = once(server.server());
  const wanted = everywhere ? undefined : project;
  const instances = once(server.instances(wanted));
  const profiles = once(server.profiles(project));
  const found = images ? once(server.images(project)) : () => undefined;
  return {
    ...server,
    server: () => info() ?? server.server(),
    instances: (of, options) =>
      (of === wanted && !options?.state ? instances() : undefined) ?? server.instances(of, options),
    profiles: (of) => (of === project ? profiles() : undefined) ?? server.profiles(of),
    images: (of) => (of === project ? found() : undefined) ?? server.images(of),
  };
}

/** Gives an answer to the first who asks. */
function once<T>(answer: Promise<T>): () => Promise<T> | undefined {
  answer.catch(() => {});
  let left: Promise<T> | undefined = answer;
  return () => {
    const given = left;
    left = undefined;
    return given;
  };
}
