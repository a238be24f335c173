import { assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { fromFileUrl, join } from "@std/path";
import config from "../../deno.json" with { type: "json" };
import { backend as incus } from "../../backends/incus.ts";
import { backend as lxd } from "../../backends/lxd.ts";
import { withPermissions } from "../../scripts/build/permissions.ts";
import { LAUNCHER, PROGRAMS } from "../../lib/adapters/host/programs.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const SETS = { incus: config.permissions.incus, lxd: config.permissions.lxd } as const;
const BACKENDS = { incus, lxd } as const;

/** Asks Deno for the state of permissions under a named set. */
async function states(set: string, descriptors: readonly Deno.PermissionDescriptor[]): Promise<string[]> {
  const code = `console.log(JSON.stringify(${
    JSON.stringify(descriptors)
  }.map((each) => Deno.permissions.querySync(each).state)));`;
  const args = ["run", "-q", "--no-prompt", "--no-lock", `-P=${set}`, "-"];
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { stdout, stderr } = await child.output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout)) as string[];
}

/** Names of environment variables that the product reads by a literal name. */
async function variables(): Promise<string[]> {
  const found = new Set<string>();
  for await (const { path } of walk(join(ROOT, "lib"), { exts: [".ts"], includeDirs: false })) {
    const text = await Deno.readTextFile(path);
    for (const [, name] of text.matchAll(/\benv(?:\.get)?\(\s*"([A-Za-z_]+)"/g)) if (name) found.add(name);
  }
  return [...found].sort();
}

Deno.test("deno.json has the permissions and tasks that deno task permissions writes", async () => {
  const text = await Deno.readTextFile(join(ROOT, "deno.json"));
  assertEquals(text, withPermissions(text));
});

Deno.test("programs are allowed by absolute path, each in every directory", () => {
  const paths = SETS.incus.run.filter((path) => path !== LAUNCHER);
  const directories = new Set(paths.map((path) => path.replace(/\/[^/]*$/, "")));
  const programs = new Set(paths.map((path) => path.replace(/.*\//, "")));
  assertEquals([...directories], [
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
  ]);
  assertEquals(
    paths,
    [...programs].flatMap((program) => [...directories].map((each) => `${each}/${program}`)),
  );
});

Deno.test("every program that may be run is run, and the other way round", async () => {
  const run = new Set<string>();
  for await (const { path } of walk(join(ROOT, "lib"), { exts: [".ts"], includeDirs: false })) {
    // Programs of cloud-config run in instances.
    if (path.includes("/cloudconfig/")) continue;
    const text = await Deno.readTextFile(path);
    // The first word of a command line, or a program that is looked for.
    const words =
      /(?:argv(?:: | = )\[|\bread\(|\bask\(\s*|findProgram\(|\bfind\(|program: |sudo \? \[|string\[\]\] \{\n  return \[)\s*"([a-z0-9]+)"/g;
    // A shell is what runs on another machine.
    for (const [, word] of text.matchAll(words)) if (word && word !== "sh") run.add(word);
  }
  assertEquals([...PROGRAMS].toSorted(), [...run].toSorted());
  const allowed = new Set(SETS.incus.run.map((path) => path.replace(/.*\//, "")));
  assertEquals([...PROGRAMS, "sh"], [...allowed]);
});

Deno.test("every environment variable that the product reads is allowed", async () => {
  const names = await variables();
  assertEquals(names.includes("HOME"), true);
  for (const set of ["incus", "lxd"] as const) {
    const { allow, deny } = SETS[set].env;
    assertEquals(allow, true);
    const isDenied = (name: string) => deny.some((pattern) => name.startsWith(pattern.replace(/\*$/, "")));
    assertEquals([...names, ...Object.values(BACKENDS[set].env)].filter(isDenied), []);
  }
});

for (const set of ["incus", "lxd"] as const) {
  Deno.test(`the set ${set} has the permissions that lxops needs, and no others`, async () => {
    const granted: readonly Deno.PermissionDescriptor[] = [
      { name: "run", command: "/usr/sbin/zfs" },
      { name: "run", command: "/usr/sbin/zpool" },
      { name: "run", command: "/usr/bin/sudo" },
      { name: "run", command: LAUNCHER },
      { name: "read", path: "/etc/lxops/php.yaml" },
      ...["/srv/php", "/backup/a", "/root/export", "/root/.config/incus/config.yml", "/etc/lxops/a.yaml"]
        .map((path) => ({ name: "write", path }) as const),
      { name: "env", variable: "HOME" },
      { name: "env", variable: "LXOPS_ANYTHING" },
      { name: "env", variable: "DOMAIN" },
      { name: "sys", kind: "uid" },
    ];
    const refused: readonly Deno.PermissionDescriptor[] = [
      { name: "run" },
      { name: "run", command: "/bin/bash" },
      { name: "run", command: "/tmp/zfs" },
      { name: "read", path: "/etc/shadow" },
      { name: "write", path: "/usr/bin/zfs" },
      { name: "run", command: "/usr/sbin/modprobe" },
      { name: "run", command: "/usr/bin/umount" },
      // What root, or its shell, runs or believes later.
      ...[
        "/etc/passwd",
        "/root/.ssh/authorized_keys",
        "/root/.bashrc",
        "/root/.profile",
        "/root/.config/systemd/user/a.service",
        "/etc/crontab",
        "/etc/cron.d/a",
        "/etc/cron.daily/a",
        "/var/spool/cron/crontabs/root",
        "/etc/systemd/system/a.service",
        "/run/systemd/system/a.service",
        "/etc/init.d/a",
        "/etc/rc.local",
        "/etc/profile.d/a.sh",
        "/etc/environment",
        "/etc/ld.so.conf",
        "/etc/ld.so.conf.d/a.conf",
        "/etc/udev/rules.d/a.rules",
        "/etc/modprobe.d/a.conf",
        "/etc/polkit-1/rules.d/a.rules",
        "/etc/apt/apt.conf.d/a",
        "/etc/subuid",
        ...["sbin", "bin", "lib"].map((name) => `/usr/local/${name}/zfs`),
        "/sys/kernel/uevent_helper",
        "/proc/sys/kernel/core_pattern",
      ].map((path) => ({ name: "write", path }) as const),
      ...["LD_PRELOAD", "LD_AUDIT", "DENO_DIR", "NODE_OPTIONS"].map((variable) =>
        ({ name: "env", variable }) as const
      ),
      { name: "sys" },
      { name: "ffi" },
    ];
    assertEquals(await states(set, granted), granted.map(() => "granted"));
    assertEquals((await states(set, refused)).filter((state) => state === "granted"), []);
  });
}
