/**
 * The scene of a test: an instance whose files and settings change, its names, and questions about it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type Ground, places } from "../support/daemon.ts";
import { freeAddresses, freePorts } from "../support/network.ts";
import { type Files, plain, type Words, write } from "./files.ts";

/** An instance that is changed. */
export interface Scene {
  readonly ground: Ground;
  readonly name: string;
  readonly path: string;
  readonly words: Words;
  /** Listens at the last port. */
  readonly busy: Deno.Listener;
  /** Flags and operand that every command about the instance has; they change with the files. */
  operands: readonly string[];
}

/** Returns the words that have a value: an empty one, as of a bed without ZFS, would be found everywhere. */
function present(words: Words): Words {
  return Object.fromEntries(Object.entries(words).filter(([_word, value]) => value !== ""));
}

/** Creates the surroundings of an instance: profiles of other users, and words for the files. */
export async function sceneOf(ground: Ground): Promise<Scene> {
  const name = ground.name();
  const ports = freePorts(4);
  const busy = Deno.listen({ hostname: "0.0.0.0", port: ports.at(-1)! });
  const { network, addresses } = await freeAddresses(ground, 2);
  for (const one of ["first", "second"]) {
    const profile = { name: `${name}-${one}`, config: { [`user.${one}`]: "1" } };
    await ground.ok(["query", "-X", "POST", "-d", JSON.stringify(profile), "/1.0/profiles"]);
  }
  return {
    ground,
    name,
    path: `/1.0/instances/${name}`,
    words: present({
      NAME: name,
      DIRECTORY: places.directory ?? "",
      POOL: places.pool ?? "",
      MOUNTS: Deno.env.get("LXOPS_TEST_ZFS_DIR") ?? "",
      NETWORK: network,
      ...Object.fromEntries(ports.map((port, index) => [`PORT${index + 1}`, String(port)])),
      ...Object.fromEntries(addresses.map((one, index) => [`ADDRESS${index + 1}`, one])),
    }),
    busy,
    operands: [],
  };
}

/** Removes everything that an instance has left. */
export async function closeScene({ ground, name, operands, busy }: Scene): Promise<void> {
  busy.close();
  await ground.run(["destroy", "--force", ...operands]);
  for (const one of ["-first", "-second", ".other", ".lxops"]) {
    await ground.run(["query", "-X", "DELETE", `/1.0/profiles/${name}${one}`]);
  }
  await ground.run(["query", "-X", "DELETE", `/1.0/storage-pools/default/volumes/custom/${name}`]);
}

/** Writes the files. */
export async function put(scene: Scene, files: Files): Promise<void> {
  scene.operands = ["-name", scene.name, ...await write(scene.ground, files, scene.words), "a.yaml"];
}

/** Returns the lines of a plan about the instance. */
export async function planOf({ ground, operands, words }: Scene): Promise<readonly string[]> {
  const { code, stdout, stderr } = await ground.run(["plan", ...operands]);
  const lines = stdout.split("\n").filter((line) => line.startsWith("  ")).map((line) =>
    plain(line.trim(), words)
  );
  if (code !== 0 && code !== 10) return ["an error that says why"];
  assertEquals(code, lines.length === 0 ? 0 : 10, stderr);
  return lines.sort();
}

/** Returns the answer to a question about the instance. */
export async function answer(scene: Scene, question: string): Promise<string | undefined> {
  const { ground, name, path, words } = scene;
  const real = Object.entries(words).reduce((all, [word, value]) => all.replaceAll(word, value), question);
  const [kind, first = "", second = ""] = real.split(" ");
  const rest = real.slice(kind!.length + 1);
  const text = async (): Promise<string | undefined> => {
    switch (kind) {
      case "sh":
        return await ground.inside(name, rest);
      case "host":
        return await Deno.stat(rest).then(() => "there", () => undefined);
      case "zfs": {
        const { stdout } = await new Deno.Command("zfs", {
          args: ["get", "-H", "-o", "value", first, `${places.pool}/${name}`],
        }).output();
        return new TextDecoder().decode(stdout).trim();
      }
      case "volume": {
        const volume = await ground.get(`/1.0/storage-pools/default/volumes/custom/${name}`);
        return first === "name" ? volume?.name : volume?.config[first];
      }
    }
    const { expanded_config: keys, expanded_devices: devices, profiles } = await ground.get(path);
    return kind === "key" ? keys[first] : kind === "device" ? devices[first]?.[second] : profiles.join(" ");
  };
  const found = await text();
  return found === undefined ? undefined : plain(found, words);
}
