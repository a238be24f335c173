/**
 * Cases about programs in instances of their own.
 *
 * @module
 */
import type { Case } from "./case.ts";
import { readOutput } from "./floor_exec.ts";
import { client, findClient, type Ground } from "./ground.ts";

const ECHO = ["/bin/echo", "made"] as const;

/** Makes an instance and runs a program in it, to the first byte that it prints. */
async function toOutput({ raw, extensions }: Ground, [name = ""]: readonly string[]): Promise<void> {
  const source = { type: "image", alias: "busy" };
  const body = { name, source, profiles: ["default"], ephemeral: true };
  const starts = extensions.has("instance_create_start");
  await raw.send("POST", "/1.0/instances", starts ? { ...body, start: true } : body);
  if (!starts) await raw.send("PUT", `/1.0/instances/${name}/state`, { action: "start", timeout: -1 });
  await readOutput(raw.socket, name, ECHO, 1);
}

const run = {
  command: ["run"],
  instances: 1,
  bare: true,
  argv: (_ground: Ground, [name = ""]: readonly string[]) => ["run", "-name", name, "busy", "--", ...ECHO],
} as const;

/** The cases, in the order in which they are run. */
export const throwAwayCases: readonly Case[] = [
  {
    ...run,
    name: "run to its first output",
    target: "1.20 x floor",
    toOutput: true,
    floor: toOutput,
    holds: ({ ratio }) => ratio! <= 1.2,
  },
  {
    ...run,
    name: "run to its end",
    target: "",
    floor: async (ground, names) => {
      await toOutput(ground, names);
      // The daemon deletes an ephemeral instance that it stops.
      const body = { action: "stop", force: true, timeout: -1 };
      await ground.raw.send("PUT", `/1.0/instances/${names[0]}/state`, body);
    },
  },
  {
    ...run,
    name: "run beside the client",
    target: "less than the client's three commands",
    missing: async (ground) =>
      await findClient(ground) ? undefined : "this machine has no client of the daemon",
    floor: async (ground, [name = ""]) => {
      await client(ground, ["launch", "busy", name, "--ephemeral", "--quiet"]);
      await client(ground, ["exec", name, "--", ...ECHO]);
      await client(ground, ["stop", "--force", name]);
    },
    holds: ({ ratio }) => ratio! < 1,
  },
];
