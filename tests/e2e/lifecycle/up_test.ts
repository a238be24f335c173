import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Ground, onBoth, places } from "../support/daemon.ts";

/** The parts of a configuration that rounds of edits change. */
interface Parts {
  image: string;
  options: string[];
  profiles: string;
  filesystems: string;
  devices: string;
  keys: string;
  cfg: string;
  more: string;
}

/** Returns the file of a configuration with some parts. */
function fileOf({ image, options, profiles, filesystems, devices, keys, more }: Parts): string {
  return `#lxops-v1
ostype: alpine
image: ${image}
profiles: ${profiles}
lxc-options: [${options.map((one) => JSON.stringify(one)).join(", ")}]
filesystems:
  data:
    pattern: ${places.directory}/(instance)
    destroy: true
${filesystems}devices:
  data: { path: /data, filesystem: data }
${devices}${keys}cloud-config-files: [a.cfg]
${more}`;
}

/** A round of edits: what changes in the files, what the plan then says, and what happens. */
interface Round {
  readonly edits: string;
  readonly change: (parts: Parts) => void;
  /** What somebody changes by hand. */
  readonly hand?: (ground: Ground, path: string) => Promise<void>;
  readonly lines: readonly RegExp[];
  readonly flags?: readonly string[];
  readonly check?: (ground: Ground, name: string) => Promise<void>;
}

const ROUNDS: readonly Round[] = [
  {
    edits: "an own key, a key of the profile, a device, a profile, an item",
    change: (parts) => {
      parts.options.push("-c user.one=1");
      parts.keys = "config: { user.two: '2' }\nlimits: { processes: 500 }\n";
      parts.devices = "  more: { path: /more, filesystem: data }\n";
      parts.profiles = "[default, NAME-extra]";
      parts.cfg += "  - echo two > /two\n";
    },
    lines: [
      /^\+ own key user\.one: 1 \(changed in the file\)$/,
      /^\+ key user\.two: 2 /,
      /^\+ key limits\.processes: 500 /,
      /^\+ device more: path=\/more /,
      /^\+ profile \S+-extra /,
      /^\+ cloud-config Run echo two/,
    ],
    check: async (ground, name) => {
      const { expanded_config: config, profiles } = await ground.get(`/1.0/instances/${name}`);
      assertEquals([config["user.one"], config["user.two"], config["limits.processes"]], ["1", "2", "500"]);
      assertEquals(profiles, ["default", `${name}-extra`, `${name}.lxops`]);
      assertEquals(
        await ground.inside(name, "cat /one /two; test -d /more && echo there"),
        "one\ntwo\nthere",
      );
    },
  },
  {
    edits: "values of all of them",
    change: (parts) => {
      parts.options = ["-c user.one=11"];
      parts.keys = "config: { user.two: '22' }\nlimits: { processes: 600 }\n";
      parts.devices = "  more: { path: /more, filesystem: data, readonly: true }\n";
      parts.cfg = parts.cfg.replace("echo two", "echo 22");
    },
    lines: [
      /^~ own key user\.one: 1 -> 11 \(changed in the file\)$/,
      /^~ key user\.two: 2 -> 22 /,
      /^~ key limits\.processes: 500 -> 600 /,
      /^~ device more: .* readonly=true /,
      /^\+ cloud-config Run echo 22/,
    ],
    check: async (ground, name) => {
      assertEquals(await ground.inside(name, "cat /two; touch /more/x 2>/dev/null || echo no"), "22\nno");
    },
  },
  {
    edits: "by hand: keys, a device and the profiles; and what lxops never had",
    change: () => {},
    hand: async (ground, path) => {
      const { profiles } = await ground.get(path);
      const foreign = { "user.foreign": " \n\"\\'\u00fc", "environment.X": "" };
      await ground.patch(path, {
        config: { "user.one": "hand", ...foreign },
        devices: { theirs: { type: "none" } },
        profiles: [...profiles.filter((one: string) => !one.endsWith("-extra")), "default"].slice(0, 2),
      });
    },
    lines: [
      /^~ own key user\.one: hand -> 11 \(changed by hand\)$/,
      /^\+ profile \S+-extra \(changed by hand\)$/,
    ],
    check: async (ground, name) => {
      const { config, devices, profiles } = await ground.get(`/1.0/instances/${name}`);
      assertEquals([config["user.one"], config["user.foreign"]], ["11", " \n\"\\'\u00fc"]);
      assertEquals(devices["theirs"], { type: "none" });
      assertEquals(profiles, ["default", `${name}-extra`, `${name}.lxops`]);
    },
  },
  {
    edits: "the same key in the file and by hand, and the instance's value is kept",
    change: (parts) => void (parts.options = ["-c user.one=12"]),
    hand: (ground, path) => ground.patch(path, { config: { "user.one": "mine" } }),
    lines: [/^~ own key user\.one: mine -> 12 \(changed in the file and by hand\)$/],
    flags: ["--take", "live"],
    check: async (ground, name) => {
      assertEquals((await ground.get(`/1.0/instances/${name}`)).config["user.one"], "mine");
    },
  },
  {
    edits: "items are removed and reordered, and nothing runs",
    change: (parts) => void (parts.cfg = "#cloud-config\nruncmd:\n  - echo 22 > /two\n"),
    lines: [/^- cloud-config 1 item no longer in the files; what it did stays/],
    check: async (ground, name) => assertEquals(await ground.inside(name, "cat /one"), "one"),
  },
  {
    edits: "everything goes again",
    change: (parts) => {
      parts.options = [];
      parts.keys = "";
      parts.devices = "";
      parts.profiles = "[default]";
    },
    lines: [
      /^- own key user\.one: mine /,
      /^- key limits\.processes: 600 /,
      /^- key user\.two: 22 /,
      /^- device more: /,
      /^- profile \S+-extra /,
    ],
    check: async (ground, name) => {
      const { config, expanded_config: all, devices } = await ground.get(`/1.0/instances/${name}`);
      assertEquals([config["user.one"], all["limits.processes"]], [undefined, undefined]);
      assertEquals([config["user.foreign"], devices["theirs"]], [" \n\"\\'\u00fc", { type: "none" }]);
      assertEquals((await ground.get(`/1.0/profiles/${name}.lxops`)).devices["more"], undefined);
    },
  },
  {
    edits: "a key that takes a restart",
    change: (parts) => void (parts.options = ["-c security.nesting=true"]),
    lines: [/^\+ own key security\.nesting: true \(changed in the file, takes a restart\)$/],
    flags: ["--restart"],
  },
  {
    edits: "the image",
    change: (parts) => void (parts.image = "tiny2"),
    lines: [
      /^~ image: tiny \([0-9a-f]{12}\) -> tiny2 \([0-9a-f]{12}\) \(changed in the file, takes a rebuild\)$/,
    ],
    flags: ["--rebuild"],
    check: async (ground, name) => {
      assertEquals(await ground.inside(name, "grep VERSION /etc/os-release; cat /two"), "VERSION_ID=2\n22");
      assertEquals(
        (await ground.get(`/1.0/instances/${name}`)).config["user.foreign"],
        " \n\"\\'\u00fc",
      );
    },
  },
];

/** Returns the lines of a plan about an instance. */
async function linesOf(ground: Ground, name: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await ground.run(["plan", "-name", name, "a.yaml"]);
  const lines = stdout.split("\n").filter((line) => line.startsWith("  ")).map((line) => line.trim());
  assertEquals(code, lines.length === 0 ? 0 : 10, stderr);
  return lines;
}

onBoth(
  "plan says what every kind of edit changes, and up does that and no more",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    const path = `/1.0/instances/${name}`;
    const parts: Parts = {
      image: "tiny",
      options: [],
      profiles: "[default]",
      filesystems: "",
      devices: "",
      keys: "",
      cfg: "#cloud-config\nruncmd:\n  - echo one > /one\n",
      more: "",
    };
    const write = async () => {
      await ground.write("a.yaml", fileOf(parts).replaceAll("NAME", name));
      await ground.write("a.cfg", parts.cfg);
    };
    await write();
    await ground.ok([
      "query",
      "-X",
      "POST",
      "-d",
      JSON.stringify({ name: `${name}-extra` }),
      "/1.0/profiles",
    ]);
    try {
      assertEquals(await linesOf(ground, name), [`+ instance ${name}: tiny (it does not exist)`]);
      assertEquals(await ground.ok(["up", "-name", name, "a.yaml"]), `${name}: changed\n`);
      assertEquals(await linesOf(ground, name), []);
      assertEquals(await ground.ok(["up", "-name", name, "a.yaml"]), `${name}: up to date\n`);
      for (const { edits, change, hand, lines, flags = [], check } of ROUNDS) {
        change(parts);
        await write();
        await hand?.(ground, path);
        const found = await linesOf(ground, name);
        assertEquals(found.length, lines.length, `${edits}\n${found.join("\n")}`);
        for (const line of lines) {
          assert(
            found.some((one) => line.test(one)),
            `${edits}: ${line}\n${found.join("\n")}`,
          );
        }
        if (flags.length > 0) {
          // Without the flag, nothing of it happens.
          const { code } = await ground.run(["up", "-name", name, "a.yaml"]);
          assertEquals([edits, code, await linesOf(ground, name)], [edits, 10, found]);
        }
        await ground.ok(["up", ...flags, "-name", name, "a.yaml"]);
        assertEquals([edits, await linesOf(ground, name)], [edits, []]);
        await check?.(ground, name);
      }
      await ground.ok(["instance", "stop", "-wait-stop", "0", name]);
      assertEquals(await linesOf(ground, name), ["~ state: Stopped -> Running (changed by hand)"]);
      await ground.ok(["up", "-name", name, "a.yaml"]);
      assertEquals((await ground.get(path)).status, "Running");
      // What lxops did not record is compared without guesses about who changed it.
      await ground.patch(path, { config: { "user.lxops.record": "" } });
      assertEquals(await linesOf(ground, name), []);
      await ground.patch(path, { config: { "security.nesting": "false", "user.lxops.record": "{" } });
      assertMatch(
        (await linesOf(ground, name)).join("\n"),
        /^~ own key security\.nesting: false -> true \(differs;/,
      );
    } finally {
      await ground.run(["delete", "--force", "-name", name, "a.yaml"]);
      await ground.run(["query", "-X", "DELETE", `/1.0/profiles/${name}-extra`]);
    }
  },
);
