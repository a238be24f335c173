/**
 * Cases that need no instance of their own: start-up, files, lists, and data.
 *
 * @module
 */
import type { Case, Result } from "./case.ts";
import type { Ground } from "./ground.ts";
import { directories } from "./workload.ts";

const VERIFIED = Array.from({ length: 1000 }, (_, i) => `verify/v${i}.yaml`);

async function writeVerified({ place }: Ground): Promise<void> {
  const dir = `${place.configs}/verify`;
  await Deno.mkdir(dir, { recursive: true });
  const part = (name: string, text: string) =>
    Deno.writeTextFile(`${dir}/${name}.yaml`, `#lxops-v1\n${text}`);
  await part("base", "ostype: alpine\nimage: busy\nprofiles: [default]\n");
  await part("disks", `filesystems:\n  plain: {pattern: ${place.plain}/(instance), destroy: true}\n`);
  await part(
    "devices",
    "devices:\n  home: {path: /home, filesystem: plain}\n  log: {path: /var/log, filesystem: plain}\n",
  );
  for (const file of VERIFIED) {
    const name = file.slice(file.indexOf("/") + 1, -".yaml".length);
    await part(name, `include: [base.yaml, disks.yaml, devices.yaml]\nproperties: {port: "8080"}\n`);
  }
}

const STOPPED = Array.from({ length: 200 }, (_, i) => `listed${i}`);

const exported = (place: Ground["place"]) => `${place.configs}/exported`;

async function shell(script: string, ...args: readonly string[]): Promise<string> {
  const command = new Deno.Command("/bin/sh", { args: ["-c", script, "sh", ...args], env: { LC_ALL: "C" } });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(`"${script}" failed:\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

const limit = (seconds: number) => (result: Result) => result.seconds.median <= seconds;

/** The cases, in the order in which they are run. */
export const fileCases: readonly Case[] = [
  {
    name: "version",
    target: "30 ms",
    command: ["version"],
    instances: 0,
    argv: () => ["version"],
    holds: limit(0.03),
  },
  {
    name: "config print",
    target: "45 ms",
    command: ["config", "print"],
    instances: 1,
    argv: (_ground, [name = ""]) => ["config", "print", `${name}.yaml`],
    holds: limit(0.045),
  },
  {
    name: "i verify 1000",
    target: "3 s",
    command: ["i", "verify"],
    instances: 0,
    setup: writeVerified,
    argv: () => ["i", "verify", ...VERIFIED],
    holds: limit(3),
  },
  {
    name: "instance list 200",
    target: "2 requests, 0.3 s",
    command: ["instance", "list"],
    instances: 0,
    setup: async ({ raw }) => {
      const source = { type: "none" };
      const config = { "user.lxops.config": "/nowhere/x.yaml" };
      for (const name of STOPPED) await raw.send("POST", "/1.0/instances", { name, source, config });
    },
    teardown: async ({ raw }) => {
      for (const name of STOPPED) await raw.attempt("DELETE", `/1.0/instances/${name}`);
    },
    argv: () => ["instance", "list"],
    floor: async ({ raw }) => void await raw.send("GET", "/1.0/instances?recursion=1"),
    holds: ({ seconds, requests }) => seconds.median <= 0.3 && requests <= 2,
  },
  {
    name: "export 1 GB",
    target: "",
    command: ["export"],
    instances: 1,
    prepare: async ({ place, owner }, [name = ""]) => {
      for (const path of directories(place, name)) await Deno.mkdir(path, { recursive: true });
      const path = `${place.plain}/${name}/srv/data`;
      using file = await Deno.create(path);
      const block = crypto.getRandomValues(new Uint8Array(65536));
      for (let i = 0; i < 16384; i++) await file.write(block);
      await Deno.chown(path, owner, owner);
    },
    argv: ({ place }, [name = ""]) => ["export", "--overwrite", "-d", exported(place), `${name}.yaml`],
    floor: async ({ place }, [name = ""]) => {
      const [directory = ""] = directories(place, name);
      const script =
        `mkdir -p "$2" && tar --create --gzip --file="$2/plain.tar.gz" --numeric-owner -C "$1" . &&
        cd "$2" && sha256sum plain.tar.gz >SHA256SUMS`;
      await shell(script, directory, exported(place));
    },
    state: async ({ place }) => {
      const script =
        `cd "$1" && tar --list --verbose --numeric-owner --file=plain.tar.gz | awk '{ print $1, $2, $3, $6 }' | sort &&
        grep plain SHA256SUMS | sha256sum --check`;
      return await shell(script, exported(place));
    },
  },
];
