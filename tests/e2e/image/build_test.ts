/** Images that are built from configurations. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startProxy } from "../../../scripts/bench/proxy.ts";
import { connect } from "../../../scripts/testbed/rest.ts";
import { type Ground, inTurn, onBoth, socketVariable } from "../support/daemon.ts";

interface Image {
  readonly fingerprint: string;
  readonly aliases: readonly { readonly name: string }[];
  readonly properties: Readonly<Record<string, string>>;
}

/** A recipe of a test, whose images have the ground's name and go with it. */
class Recipe {
  readonly ground: Ground;
  readonly alias: string;

  constructor(ground: Ground, alias = `${ground.id}/a`) {
    this.ground = ground;
    this.alias = alias;
  }

  async write(content = "one", image = "tiny", more = ""): Promise<void> {
    await this.ground.write("more.yaml", "#lxops-v1\nlimits: {memory: 256MiB}\n");
    await this.ground.write(
      "a.cfg",
      `#cloud-config\npackages: [p${this.ground.id}]\nwrite_files: [{path: /etc/made, content: ${content}}]\nruncmd:\n` +
        `- mkdir -p /etc/ssh /var/lib/dhcp\n- touch /etc/ssh/ssh_host_x_key /var/lib/dhcp/x.leases /tmp/left\n` +
        `- echo id >/etc/machine-id\n- echo line >>/var/log/own.log\n${more}`,
    );
    await this.ground.write(
      "a.yaml",
      `#lxops-v1\nimage: ${image}\nostype: alpine\ninclude: [more.yaml]\ncloud-config-files: [a.cfg]\n` +
        `filesystems: {main: {pattern: "${this.ground.dir}/data"}}\n` +
        `devices: {d: {path: /srv/data, filesystem: main}}\nports: ["127.0.0.1:1:1"]\n`,
    );
  }

  async build(...flags: readonly string[]) {
    const { code, stdout, stderr } = await this.ground.run([
      ...["image", "build", "-alias", this.alias, ...flags, "a.yaml"],
    ]);
    const [, fingerprint = "", state = ""] = / ([0-9a-f]{12}) (\w+)\n$/.exec(stdout) ?? [];
    assert(code === 0 || flags.includes("-check"), stderr);
    return { code, stderr, fingerprint, state, installed: stderr.includes("Install packages") };
  }

  /** Returns the images that this recipe made. */
  async images(): Promise<readonly Image[]> {
    const all: readonly Image[] = await this.ground.get("/1.0/images?recursion=1");
    return all.filter(({ properties }) => properties["lxops.alias"]?.startsWith(`${this.ground.id}/`));
  }

  async image(alias = this.alias): Promise<Image | undefined> {
    return (await this.images()).find(({ aliases }) => aliases.some(({ name }) => name === alias));
  }

  /** Returns the instances that builds have and that are still there. */
  async instances(): Promise<readonly string[]> {
    const all: readonly { readonly name: string; readonly config: Readonly<Record<string, string>> }[] =
      await this
        .ground.get("/1.0/instances?recursion=1");
    return all.filter(({ config }) => config["user.lxops.config"]?.startsWith(`${this.ground.dir}/`))
      .map(({ name }) => name);
  }

  async clear(): Promise<void> {
    using rest = connect(this.ground.daemon.socket!);
    for (const name of await this.instances()) {
      await rest.send("PUT", `/1.0/instances/${name}/state`, { action: "stop", force: true }).catch(() => {});
      await rest.send("DELETE", `/1.0/instances/${name}`).catch(() => {});
    }
    for (const { fingerprint } of await this.images()) {
      await rest.send("DELETE", `/1.0/images/${fingerprint}`);
    }
  }
}

async function withRecipe(ground: Ground, test: (recipe: Recipe) => Promise<void>): Promise<void> {
  const recipe = new Recipe(ground);
  try {
    await recipe.write();
    await test(recipe);
  } finally {
    await recipe.clear();
  }
}

onBoth(
  "image build makes an image once, and again only what has changed",
  ["strace"],
  (ground) =>
    withRecipe(ground, async (recipe) => {
      const first = await recipe.build("-check", "grep -qx one /etc/made");
      assertEquals([first.code, first.state, first.installed], [0, "built", true], first.stderr);
      const image = (await recipe.image())!;
      assert(image.fingerprint.startsWith(first.fingerprint));
      assertEquals(await recipe.instances(), []);
      const { properties } = image;
      const tiny: readonly Image[] = await ground.get("/1.0/images?recursion=1");
      const base = tiny.find(({ aliases }) => aliases.some(({ name }) => name === "tiny"))!;
      assertEquals(
        [
          properties["os"],
          properties["release"],
          properties["variant"],
          properties["lxops.base"],
          properties["lxops.recipe"],
        ],
        ["tiny", "1", "a", base.fingerprint, `${ground.dir}/a.yaml`],
      );
      assertMatch(properties["serial"]!, /^\d{8}-\d{6}$/);

      // Nothing of the build is in it, and a device's directory is one of its own.
      const name = ground.name();
      const look =
        "cat /etc/made; ls -A /tmp /etc/ssh /var/lib/dhcp /var/lib /srv; cat /etc/machine-id /var/log/own.log";
      assertEquals(
        (await ground.ok(["run", "-name", name, recipe.alias, "--", "sh", "-c", look])).replaceAll("\n", " "),
        "one/etc/ssh:  /srv: data  /tmp:  /var/lib: dhcp  /var/lib/dhcp: ",
      );

      // The same again: four requests, and nothing that was only touched counts.
      const same = ["-check", "grep -qx one /etc/made"];
      await using proxy = startProxy(`${ground.dir}/proxy`, ground.daemon.socket!);
      const again = ["-socket", proxy.socket, "image", "build", "-alias", recipe.alias, ...same, "a.yaml"];
      assertStringIncludes(await ground.ok(again), `${first.fingerprint} unchanged`);
      const asked = proxy.asked().filter((line) => line !== "");
      assert(asked.length <= 4, asked.join("\n"));
      const past = new Date(2001, 1, 1);
      for (const file of ["a.yaml", "a.cfg", "more.yaml"]) {
        await Deno.utime(`${ground.dir}/${file}`, past, past);
      }
      await ground.write("more.yaml", "#lxops-v1\n# A comment.\nlimits: {memory: 256MiB}\n");
      assertEquals((await recipe.build(...same)).state, "unchanged");

      // What was built before gets its name back.
      await recipe.write("two");
      const failed = await recipe.build("-check", "false");
      assertEquals([failed.code, (await recipe.image())!.fingerprint], [5, image.fingerprint]);
      assertEquals(await recipe.instances(), []);
      const second = await recipe.build();
      assertEquals([second.state, second.installed], ["built", false], second.stderr);
      assertEquals((await recipe.image())!.properties["lxops.previous"], image.fingerprint);
      await recipe.write("one");
      const back = await recipe.build(...same);
      assertEquals([back.state, (await recipe.image())!.fingerprint], ["named", image.fingerprint]);

      // Another base behind the same alias.
      await recipe.write("one", `${ground.id}/base`);
      const names = ["tiny", "tiny2"].map((alias) =>
        tiny.find(({ aliases }) => aliases[0]?.name === alias)!.fingerprint
      );
      await ground.ok(["image", "alias", "create", `${ground.id}/base`, names[0]!]);
      assertEquals((await recipe.build(...same)).state, "unchanged");
      const path = `/1.0/images/aliases/${encodeURIComponent(`${ground.id}/base`)}`;
      await ground.ok([
        "query",
        "-X",
        "PUT",
        "-d",
        JSON.stringify({ target: names[1], description: "" }),
        path,
      ]);
      const moved = await recipe.build(...same);
      await ground.ok(["image", "alias", "delete", `${ground.id}/base`]);
      assertEquals([moved.state, moved.installed], ["built", true]);
    }),
);

inTurn(
  "a reader finds the alias of an image at every moment while builds move it",
  [],
  (ground) =>
    withRecipe(ground, async (recipe) => {
      await recipe.build();
      await recipe.write("two");
      await recipe.build();
      const targets = new Set<string>();
      let missing = 0;
      let isOver = false;
      const reader = (async () => {
        using rest = connect(ground.daemon.socket!);
        while (!isOver) {
          const alias = await rest.send("GET", `/1.0/images/aliases/${encodeURIComponent(recipe.alias)}`)
            .catch(() => undefined) as { readonly target?: string } | undefined;
          if (alias?.target === undefined) missing++;
          else targets.add(alias.target);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      })();
      for (let count = 0; count < 20; count++) {
        await recipe.write(count % 2 === 0 ? "one" : "two");
        assertEquals((await recipe.build()).state, "named");
      }
      isOver = true;
      await reader;
      assertEquals([missing, targets.size], [0, 2]);
    }),
);

inTurn(
  "of two builds of one image one waits, and the next build removes the leftovers of a killed one",
  [],
  (ground) =>
    withRecipe(ground, async (recipe) => {
      const both = await Promise.all([recipe.build(), recipe.build()]);
      assertEquals(
        both.map(({ state }) => state).sort(),
        ["built", "unchanged"],
        both.map(({ stderr }) => stderr).join(),
      );
      assertEquals(both[0]!.fingerprint, both[1]!.fingerprint);
      assertEquals((await recipe.images()).length, 2, "the image, and its packages");

      await recipe.write("two", "tiny", "- touch /run/begun; sleep 100\n");
      const [command, ...first] = ground.daemon.argv as [string, ...string[]];
      const child = new Deno.Command(command, {
        args: [...first, "image", "build", "-alias", recipe.alias, "a.yaml"],
        cwd: ground.dir,
        env: { HOME: ground.dir, ...socketVariable(ground.daemon) },
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        if (text.includes("Start instance")) break;
      }
      child.kill("SIGKILL");
      await child.status;
      const [left] = await recipe.instances();
      assert(left !== undefined);
      await recipe.write("three");
      assertEquals((await recipe.build()).state, "built");
      assertEquals(await recipe.instances(), []);
    }),
);

inTurn(
  "recipes are built in the order of their dependencies, and with their flags",
  [],
  (ground) =>
    withRecipe(ground, async (recipe) => {
      const [base, top] = [`${ground.id}/base`, `${ground.id}/top`];
      await ground.write("base.yaml", "#lxops-v1\nimage: tiny\nname: base\n");
      await Deno.mkdir(`${ground.dir}/out`);
      const script = await ground.ok(["image", "build", "-alias", base, "-dry-run", "base.yaml"]);
      assertStringIncludes(script, `-alias ${base} `);
      assertEquals(await recipe.image(base), undefined);
      await ground.ok(["image", "build", "-alias", base, "-host-key", "image", "base.yaml", "org=x y"]);
      await ground.write("top.yaml", `#lxops-v1\nimage: ${base}\n`);
      const flags = ["-alias", top, "-export", "out", "-compression", "none", "-serial", "7", "-keep-failed"];
      await ground.ok(["image", "build", ...flags, "top.yaml"]);
      const [below, above] = [(await recipe.image(base))!, (await recipe.image(top))!];
      assertEquals([below.properties["org"], above.properties["serial"]], ["x y", "7"]);
      assertEquals([above.properties["lxops.base"], above.properties["lxops.level"]], [
        below.fingerprint,
        undefined,
      ]);
      const files = (await Array.fromAsync(Deno.readDir(`${ground.dir}/out`))).map((file) => file.name);
      assert(files.length === 1 && files[0]!.startsWith(above.fingerprint), files.join());

      // Both at once, by the names of their files.
      await ground.write(`${ground.id}-one.yaml`, `#lxops-v1\nimage: ${ground.id}-two\n`);
      await ground.write(`${ground.id}-two.yaml`, "#lxops-v1\nimage: tiny\n");
      try {
        const rows = JSON.parse(
          await ground.ok(["image", "build", "-json", `${ground.id}-one.yaml`, `${ground.id}-two.yaml`]),
        );
        assertEquals(rows.map(({ alias, state }: Record<string, string>) => [alias, state]), [
          [`${ground.id}-two`, "built"],
          [`${ground.id}-one`, "built"],
        ]);
      } finally {
        await ground.run(["image", "delete", `${ground.id}-one`]);
        await ground.run(["image", "delete", `${ground.id}-two`]);
      }

      // The alias of another user's image is not moved.
      const taken = await ground.run(["image", "build", "-alias", "tiny2", "base.yaml"]);
      assertEquals(taken.code, 8, taken.stderr);
      const kept = await recipe.build("-check", "false", "-keep-failed");
      const [name] = await recipe.instances();
      assertStringIncludes(kept.stderr, `lxops run --discard ${name}`);
      await ground.ok(["run", "-discard", name!]);
    }),
);
