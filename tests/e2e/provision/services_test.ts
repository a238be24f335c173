/** The containers of `examples/services`: each is launched, asked over its ports, rebuilt, and asked again. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { installed } from "../support/machine.ts";
import { daemons, Ground, onBoth, places } from "../support/daemon.ts";
import { SERVICES, withServices } from "../support/services_image.ts";
import { isTaken, isWhole } from "../../support/sample.ts";
import { sh } from "../support/trees.ts";
import { dns } from "./services/dns.ts";
import type { Example, Running } from "./services/example.ts";
import { git } from "./services/git.ts";
import { home } from "./services/home.ts";
import { https } from "./services/https.ts";
import { postgres } from "./services/postgres.ts";
import { vpn } from "./services/vpn.ts";

const EXAMPLES = new URL("../../../examples/services/", import.meta.url).pathname;
const ALL = [dns, vpn, https, postgres, git, home] as const;

/** Returns what a rebuild must leave as it was: addresses, and the owners of the data. */
async function identity(ground: Ground, name: string, dir: string): Promise<unknown> {
  const { config } = await ground.get(`/1.0/instances/${name}`);
  const { network } = await ground.get(`/1.0/instances/${name}/state`);
  const addresses = network.eth0.addresses.filter(({ family }: { family: string }) => family === "inet");
  return [config["volatile.eth0.hwaddr"], addresses, await sh(`cd '${dir}/data'; stat -c '%n %u:%g %a' . *`)];
}

async function life(example: Example, ground: Ground): Promise<void> {
  const name = ground.name(example.name);
  const dir = `${places.directory}/${ground.id}/${name}`;
  const clients = `${ground.dir}/clients`;
  // Any address of the loopback device is this machine's: ports of the examples are free there.
  const numbers = ground.id.slice(1, 7).match(/../g)!.map((one) => Number.parseInt(one, 16) % 254 + 1);
  const address = `127.${numbers.join(".")}`;
  await sh(`mkdir -p '${dir}' '${clients}'; cp -r '${EXAMPLES}${example.name}/.' '${dir}'`);
  const { env = {}, end } = await example.prepare?.({ ground, dir, clients }) ?? {};
  const removeImage = await withServices(ground.daemon.socket!);
  try {
    const options = { env: { ADDRESS: address, ...env } };
    const ask = (round: number, where = { ground, dir }) =>
      example.ask({ ...where, name, address, clients, round });
    await ground.ok(["up", "-P", `image=${SERVICES}`, dir], options);
    const first = await ask(1);
    const before = await identity(ground, name, dir);
    const root = (await ground.get(`/1.0/instances/${name}`)).created_at;
    assertEquals(await ground.ok(["up", dir], options), `${name}: up to date\n`);

    await ground.ok(["rebuild", dir], options);
    assertNotEquals((await ground.get(`/1.0/instances/${name}`)).created_at, root);
    assertEquals(await identity(ground, name, dir), before);
    assertEquals(await ask(2), first);
    if (isWhole()) {
      // The script of the first start can run again, beside what it has made.
      await ground.ok(["up", "--bootstrap", dir], options);
      assertEquals(await ask(3), first);
    }
    await ground.ok(["down", dir], options);
    if (example === git && isWhole()) {
      assertEquals(await moveAway(ground, { dir, name, options, ask }) ?? first, first);
    }
  } finally {
    await removeImage();
    await end?.();
  }
}

/** Brings a container up on another machine, from a copy of its directory: clients of ssh see no difference. */
async function moveAway(
  ground: Ground,
  { dir, name, options, ask }: {
    readonly dir: string;
    readonly name: string;
    readonly options: { readonly env: Readonly<Record<string, string>> };
    ask(round: number, where: Pick<Running, "ground" | "dir">): Promise<string>;
  },
): Promise<string | undefined> {
  const other = daemons.find(({ socket }) => socket && socket !== ground.daemon.socket);
  if (!other) return undefined;
  const elsewhere = new Ground(other, ground.id, await Deno.makeTempDir({ prefix: "lxops-e2e-" }));
  elsewhere.name("git");
  const copy = `${places.directory}/${ground.id}/copy/${name}`;
  await sh(`mkdir -p '${copy}'; rsync -aHAX --numeric-ids --delete '${dir}/' '${copy}/'`);
  const removeImage = await withServices(other.socket!);
  try {
    await elsewhere.ok(["up", "-P", `image=${SERVICES}`, copy], options);
    return await ask(4, { ground: elsewhere, dir: copy });
  } finally {
    await elsewhere.close();
    await removeImage();
  }
}

for (const [index, example] of ALL.entries()) {
  const missing = example.programs.filter((path) => !installed(path));
  const on = daemons.filter((_, number) => isTaken(2 * index + number, 2 * ALL.length));
  if (missing.length > 0) {
    Deno.test({ name: `the example ${example.name} [skipped: no ${missing}]`, ignore: true, fn: () => {} });
  } else {onBoth(`the example ${example.name} serves, before and after a rebuild`, ["directory"], (ground) =>
      life(example, ground), on);}
}
