/**
 * Looks at small files of instances.
 *
 * @module
 */
import type { InstanceInfo, InstanceServer } from "../../ports/mod.ts";
import { askInstance } from "../wait/agent.ts";

/** Options for reading files of instances. */
export interface PeekOptions {
  readonly agentSeconds?: number | undefined;
  /** Tells the user about unusual files. */
  readonly note?: ((text: string) => void) | undefined;
}

/** Returns the text of a small file of an instance. An unusual file is reported and counts as empty. */
export async function peekAt(
  server: InstanceServer,
  info: InstanceInfo,
  path: string,
  { agentSeconds, note }: PeekOptions,
): Promise<string> {
  const { text, strange } = await askInstance(
    info,
    () => server.readSmall(info, path, agentSeconds),
    agentSeconds,
  );
  if (strange !== undefined) {
    note?.(`"${path}" of instance "${info.name}" is taken for empty: ${strange}`);
  }
  return text;
}
