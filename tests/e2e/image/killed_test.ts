/** Runs that are killed while the daemon makes an image: a name always leads to an image, and the next run finds the rest. */
import { assert, assertEquals } from "@std/assert";
import { Counter } from "../../faults/points.ts";
import { startRelay } from "../../faults/relay.ts";
import { type Ground, inTurn, socketVariable } from "../support/daemon.ts";
import { until } from "../../support/until.ts";

interface Image {
  readonly fingerprint: string;
  readonly aliases: readonly { readonly name: string }[];
  readonly properties: Readonly<Record<string, string>>;
}

/** Returns the images of the test, with their names. */
async function imagesOf(ground: Ground): Promise<readonly (Image & { readonly names: readonly string[] })[]> {
  const all: readonly Image[] = await ground.get("/1.0/images?recursion=1");
  return all.filter(({ properties }) => properties["test"] === ground.id)
    .map((image) => ({ ...image, names: image.aliases.map(({ name }) => name).sort() }));
}

/** Runs lxops and kills it (-9) as soon as the daemon has made an image, before lxops hears of it. */
async function killed(ground: Ground, args: readonly string[]): Promise<void> {
  let isAsked = false;
  let kill = () => {};
  const path = `${ground.dir}/relay-${crypto.randomUUID().slice(0, 8)}`;
  const relay = startRelay(path, ground.daemon.socket!, new Counter([]), ({ side, what }) => {
    if (side === "before" && /^POST \S*\/1\.0\/images(\?|$)/.test(what)) isAsked = true;
    if (side !== "after" || !isAsked || !/^GET .*\/wait/.test(what)) return Promise.resolve("go");
    kill();
    return Promise.resolve("cut");
  });
  try {
    const [command, ...first] = ground.daemon.argv as [string, ...string[]];
    const child = new Deno.Command(command, {
      args: [...first, ...args],
      cwd: ground.dir,
      env: { HOME: ground.dir, ...socketVariable({ ...ground.daemon, socket: path }) },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    kill = () => child.kill("SIGKILL");
    const said = await new Response(child.stderr).text();
    assertEquals((await child.status).signal, "SIGKILL", said);
  } finally {
    relay.close();
  }
}

inTurn(
  "the next run removes the unfinished image of a killed run, and every alias has an image meanwhile",
  [],
  async (ground) => {
    const [name, alias] = [ground.name(), `${ground.id}/a`];
    const test = `test=${ground.id}`;
    const left = async () =>
      (await imagesOf(ground)).filter(({ names }) => names.some((one) => /@new-\w{6}$/.test(one)));
    const targetOf = async () =>
      (await ground.get(`/1.0/images/aliases/${encodeURIComponent(alias)}`))?.target as string | undefined;
    await ground.write(
      "a.yaml",
      "#lxops-v1\nimage: tiny\nostype: alpine\nchecks: [{exec: test -e /etc/passwd}]\n",
    );
    try {
      // The build of an image: its instance is left, too.
      const build = ["image", "build", "-alias", alias, "-compression", "none", "a.yaml", test];
      await killed(ground, build);
      const [unfinished, ...others] = await left();
      assertEquals([unfinished?.names.length, others.length, await targetOf()], [1, 0, undefined]);
      assertEquals(Object.keys(unfinished!.properties).filter((key) => key.startsWith("lxops.")), []);
      await ground.ok(build);
      const built = await targetOf();
      assertEquals((await imagesOf(ground)).map(({ fingerprint }) => fingerprint), [built]);

      // An image of an instance of it has none of its notes.
      await ground.ok(["create", alias, name]);
      const publish = ["publish", "-alias", alias, "-compression", "none", "-reuse", name, test];
      await killed(ground, publish);
      assertEquals([await targetOf(), (await left()).length], [built, 1]);
      await ground.ok(publish);
      await until(async () => (await imagesOf(ground)).length === 1);
      const [published] = await imagesOf(ground);
      assert(published!.fingerprint !== built && published!.names[0] === alias);
      const notes = Object.keys(published!.properties).filter((key) => key.startsWith("lxops."));
      assertEquals([published!.names, notes], [[alias], []]);
      // Images of the same instance are the same image, unless they are made in different seconds.
      const second = Math.floor(Date.now() / 1000);
      await until(() => Math.floor(Date.now() / 1000) > second + 1);

      // Prune finds it where nothing else is done.
      await killed(ground, publish);
      assertEquals((await left()).length, 1);
      await ground.ok(["image", "prune", "-force", alias]);
      assertEquals((await imagesOf(ground)).map(({ names }) => names), [[alias]]);
    } finally {
      for (const { fingerprint } of await imagesOf(ground)) {
        await ground.run(["image", "delete", fingerprint]);
      }
    }
  },
);
