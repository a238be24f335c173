/**
 * A directory of a stopped instance, out of a backup of it, with the ids of the host.
 *
 * @module
 */
import { CommandError, ServerError, StateError, UsageError } from "../../base/errors.ts";
import { unpackInput } from "../../plan/commands/archive.ts";
import { type HostIds, hostIds } from "../../plan/instance/idmap.ts";
import { backupPath } from "../../plan/requests/reads.ts";
import type { InstanceRef, InstanceServer } from "../../ports/mod.ts";
import type { Effect } from "../../step/step.ts";
import type { Run } from "./perform.ts";
import { directoryContent } from "../tar/content.ts";
import { Tail } from "../tail.ts";

/** Directory to extract, and its instance. */
export type Content = Pick<
  Extract<Effect, { kind: "unpack" }>,
  "instance" | "backup" | "path" | "owner" | "idsOf"
>;

/** Yields a tar archive of a directory of an instance. */
export async function* instanceContent(
  content: Content,
  server: InstanceServer,
  note: (text: string) => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const ids = await idsFor(content, server);
  const path = backupPath(content.instance, content.backup);
  const open = async () => {
    const stream = await server.stream(path, signal);
    if (stream) return stream;
    throw new ServerError(`Instance "${content.instance.name}" has no backup "${content.backup}"`, {
      status: 404,
      request: `GET ${path}`,
    });
  };
  yield* directoryContent({ path: content.path, ids, open, note });
}

async function idsFor({ owner, idsOf, instance }: Content, server: InstanceServer): Promise<HostIds> {
  if (owner !== undefined) return parseIds(owner);
  const ref: InstanceRef = idsOf ?? instance;
  const info = await server.instance(ref);
  if (!info) throw new StateError(`There is no instance "${ref.name}"`, { kind: "missing" });
  const ids = hostIds(info);
  if (ids) return ids;
  throw new ServerError(`The daemon does not say to which host ids those of "${ref.name}" are mapped`);
}

/** Parses `UID:GID`, the first ids of the host. */
export function parseIds(owner: string): HostIds {
  const match = /^(\d{1,10}):(\d{1,10})$/.exec(owner);
  if (!match) throw new UsageError(`Invalid owner "${owner}": use UID:GID, for example 1000000:1000000`);
  const [uid, gid] = [Number(match[1]), Number(match[2])];
  return uid === 0 && gid === 0 ? { kind: "same" } : { kind: "offset", uid, gid };
}

/** Unpacks a directory of an instance into one of the host. */
export async function unpack(
  effect: Extract<Effect, { kind: "unpack" }>,
  { instance, controls, report, signal }: Run,
): Promise<void> {
  const note = (text: string) => report({ kind: "note", instance, text });
  const command = unpackInput(effect.directory);
  const tail = new Tail();
  const { code } = await controls.host.run(
    command,
    (line, stream) => {
      if (stream === "stderr") tail.push(line);
      report({ kind: "output", instance, line, stream });
    },
    signal,
    undefined,
    instanceContent(effect, controls.server, note, signal),
  );
  if (code === 0) return;
  throw new CommandError(`"${command.argv.join(" ")}" failed with exit code ${code}`, {
    argv: command.argv,
    code,
    stderr: tail.text(),
  });
}
