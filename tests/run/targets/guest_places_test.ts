/** Places that instances can write to: no configuration is found there, and no hook or secret comes from there. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError } from "../../../lib/base/errors.ts";
import type { InstanceInfo, ProfileInfo } from "../../../lib/ports/mod.ts";
import {
  checkSources,
  placesOfDaemons,
  placesOfTargets,
  withoutGuests,
} from "../../../lib/run/targets/guest_places.ts";
import { loadTargets } from "../../../lib/run/targets/targets.ts";
import { memoryHost } from "../../fakes/memory_host.ts";

type Disk = Readonly<Record<string, string>>;

/** An instance with these disk devices. */
const instance = (name: string, ...disks: readonly Disk[]): [string, InstanceInfo] => {
  const expandedDevices = Object.fromEntries(disks.map((disk, at) => [`d${at}`, { type: "disk", ...disk }]));
  return [name, { name, expandedDevices } as unknown as InstanceInfo];
};

/** The places of a world of instances. */
const places = (...instances: readonly [string, InstanceInfo][]) =>
  placesOfDaemons({ instances: new Map(instances), profiles: new Map() });

async function inDirectory(action: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "lxops-places-" });
  try {
    await action(await Deno.realPath(directory));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Creates a machine that has only paths. */
const here = (cwd: string) => ({
  cwd,
  realPath: (path: string) => Deno.realPath(path).catch(() => undefined),
});

Deno.test("Writable disk sources of instances, of profiles and of the other daemon are places of guests", () => {
  const [, other] = instance("theirs", { source: "/o" });
  const profile = { name: "p", devices: { d: { type: "disk", source: "/p/" } } } as unknown as ProfileInfo;
  assertEquals(
    placesOfDaemons({
      instances: new Map([
        instance("web", { source: "/w" }, { source: "/r", readonly: "true" }, {
          source: "v",
          pool: "default",
        }),
      ]),
      profiles: new Map([["p", profile]]),
      otherDaemon: { title: "LXD", instances: [other] },
    }),
    [
      { directory: "/w", of: 'instance "web"' },
      { directory: "/o", of: 'instance "theirs"' },
      { directory: "/p", of: 'profile "p"' },
    ],
  );
});

Deno.test("A search leaves out directories where an instance can write, behind links, too", async () => {
  await inDirectory(async (top) => {
    await Deno.mkdir(`${top}/store/sh/d/evil`, { recursive: true });
    await Deno.mkdir(`${top}/good`);
    await Deno.symlink("store", `${top}/link`);
    const files = ["good/lxops.yaml", "store/sh/d/evil/lxops.yaml"];
    for (const source of [`${top}/store/sh/d`, `${top}/link/sh/d`]) {
      const found = await withoutGuests(files, places(instance("sh", { source })), here(top));
      assertEquals(found.files, ["good/lxops.yaml"]);
      assertEquals(found.warnings.map(({ file }) => file), ["store/sh/d/evil/lxops.yaml"]);
      assertStringIncludes(found.warnings[0]!.message, 'instance "sh" can write to');
    }
    const safe = places(instance("sh", { source: `${top}/store/sh/d`, readonly: "true" }));
    assertEquals((await withoutGuests(files, safe, here(top))).files, files);
  });
});

Deno.test("Devices of a configuration are places, and the rest of its filesystem is not", async () => {
  const text = "#lxops-v1\nimage: tiny\nfilesystems: {d: {pattern: /s/(instance)}}\ndevices:\n" +
    "  a: {path: /a, filesystem: d}\n  r: {path: /r, filesystem: d, readonly: true}\n";
  const options = { sets: [], name: "", project: "", strict: false };
  const host = memoryHost({ cwd: "/c", files: { "/c/a.yaml": text } });
  const { targets } = await loadTargets(["a.yaml"], options, host);
  assertEquals(placesOfTargets(targets, { datasets: new Map() }), [
    { directory: "/s/a/a", of: 'instance "a"' },
  ]);
});

Deno.test("Hooks and secrets never come from where an instance can write, nor by a link there", async () => {
  await inDirectory(async (top) => {
    await Deno.mkdir(`${top}/data`);
    await Deno.mkdir(`${top}/out`);
    await Deno.writeTextFile(`${top}/out/x.sh`, "");
    await Deno.symlink("../out/x.sh", `${top}/data/x.sh`);
    await Deno.symlink("data", `${top}/way`);
    const check = async (keys: string, cwd = top) => {
      const hook = "hooks: {before-launch: {run: /bin/sh, args: [-c, id]}}";
      const files = {
        [`${top}/a.yaml`]: `#lxops-v1\nimage: tiny\n${keys}\n`,
        [`${top}/data/more.yaml`]: `#lxops-v1\n${hook}\n`,
        [`${top}/data/secret.yaml`]: "#lxops-v1\nsecrets: {s: {command: [/bin/sh, -c, id]}}\n",
      };
      const options = { sets: [], name: "", project: "", strict: false };
      const { targets } = await loadTargets([`${top}/a.yaml`], options, memoryHost({ cwd, files }));
      const guests = [
        ...places(instance("b", { source: `${top}/data` })),
        ...placesOfTargets(targets, { datasets: new Map() }),
      ];
      await checkSources(targets, guests, here(top));
    };
    await Deno.writeTextFile(`${top}/data/more.yaml`, "");
    await check("hooks: {before-launch: out/x.sh}\nsecrets: {s: out/s, c: {command: [cat, /etc/hostname]}}");
    for (
      const keys of [
        "hooks: {before-launch: data/x.sh}",
        "hooks: {before-launch: way/x.sh}",
        "hooks: {after-start: {run: data/x.sh, in: guest}}",
        "include: [data/more.yaml]",
        "include: [data/secret.yaml]",
        "secrets: {s: data/none}",
        "secrets: {s: {command: [./data/x.sh]}}",
        "secrets: {s: {sops: data/x}}",
        `filesystems: {d: {pattern: ${top}}}\ndevices: {d: {path: /d, dir: out, filesystem: d}}\n` +
        "hooks: {before-launch: out/x.sh}",
      ]
    ) {
      const error = await assertRejects(() => check(keys), ConfigError);
      assertStringIncludes(error.message + error.issues.map(({ message }) => message), "can write to");
    }
  });
});
