/**
 * The real cloud-init and lxops apply the same files, each to a fresh layer over the same Debian, and all that they
 * leave is compared. The files are in `fixtures/equality`, what differs and why in `equality/differences.ts`.
 */
import { assert, assertEquals } from "@std/assert";
import { importCloudImage } from "./cloud_image.ts";
import { isTaken, isWhole } from "../../support/sample.ts";
import { daemons, Ground } from "../support/daemon.ts";
import { DIFFERENCES, type State } from "./equality/differences.ts";

/** The result of `compare.py` for a case; in each pair, cloud-init's value comes first. */
interface Result {
  readonly name: string;
  readonly code: number;
  readonly output: string;
  /** Warnings and errors in cloud-init's log. */
  readonly log: readonly string[];
  /** The number of files that both changed in the same way. */
  readonly changed: number;
  readonly states: Readonly<Record<string, readonly [State | null, State | null]>>;
  readonly views: Readonly<Record<string, readonly [string, string]>>;
}

/** Changes that cloud-init makes on Debian although no file asks for them. */
function baseOf(config: string): string {
  const named = /^(?:hostname|fqdn):/m.test(config);
  return `datasource_list: [NoCloud]
network: {config: disabled}
apt: {preserve_sources_list: true}
locale: false
ssh_deletekeys: false
ssh_genkeytypes: []
users: []
${named ? "" : "preserve_hostname: true\n"}`;
}

const FILES = new URL("fixtures/equality/", import.meta.url);

/** A case is a file, or a directory of files that are merged. */
function filesOf(path: string): string[] {
  if (path.endsWith(".cfg")) return [path];
  return [...Deno.readDirSync(path)].map(({ name }) => `${path}/${name}`).sort();
}

/** Several files reach cloud-init as parts of an archive. */
function userData(texts: readonly string[]): string {
  if (texts.length === 1) return texts[0]!;
  const parts = texts.map((content) => ({ type: "text/cloud-config", content }));
  return `#cloud-config-archive\n${JSON.stringify(parts)}\n`;
}

async function compare(ground: Ground, name: string): Promise<readonly Result[]> {
  const names = [...Deno.readDirSync(FILES)].map((entry) => entry.name).sort();
  assert(names.length >= 25, `${names.length} cases`);
  const plan = ["cloudconfig", "plan", "-ostype", "debian", "-order", "cloud-init", "-show-secrets"];
  const cases = [];
  // Each takes more than a second of processor time; every third one, other ones at the next commit.
  const some = names.filter((_, index) => isTaken(index, 3));
  for (const one of some) {
    const files = filesOf(new URL(one, FILES).pathname);
    const texts = files.map((file) => Deno.readTextFileSync(file));
    const script = await ground.ok([...plan, ...files]);
    const base = baseOf(texts.join("\n"));
    cases.push({ name: one.replace(/\.cfg$/, ""), config: userData(texts), base, script });
  }
  const program = await Deno.readTextFile(new URL("equality/compare.py", import.meta.url));
  await ground.ok(["instance", "exec", name, "--", "python3", "-W", "ignore", "-c", program], {
    stdin: JSON.stringify(cases),
  });
  return JSON.parse(await ground.ok(["file", "pull", `${name}/root/differences.json`]));
}

/** Returns the unexpected differences of a case, and notes the expected ones. */
function unexplained({ name, states, views }: Result, used: Set<unknown>): unknown[] {
  const found = Object.entries(states).filter(([path, [theirs, ours]]) => {
    const known = DIFFERENCES.find((one) =>
      one.paths.test(path) && (one.cases?.test(name) ?? true) && (one.same?.(theirs, ours) ?? true)
    );
    used.add(known);
    return known === undefined;
  });
  return [...found, ...Object.entries(views)];
}

/** The first daemon that has the image; why none has. */
async function placeOf() {
  const daemon = daemons.find(({ socket }) => socket);
  if (!daemon) return { missing: "no daemon" };
  try {
    await importCloudImage(daemon.socket!);
    return { daemon };
  } catch (error) {
    return { missing: error instanceof Error ? error.message.split("\n")[0] : String(error) };
  }
}

const { daemon, missing } = await placeOf();

Deno.test({
  name: `lxops leaves what cloud-init leaves${missing === undefined ? "" : ` [skipped: ${missing}]`}`,
  ignore: daemon === undefined,
  fn: async () => {
    const id = `e${crypto.randomUUID().slice(0, 8)}`;
    const ground = new Ground(daemon!, id, await Deno.makeTempDir({ prefix: "lxops-e2e-" }));
    try {
      const name = ground.name();
      // Layers over a system are mounts that a container may make only with this.
      await ground.write("a.yaml", "#lxops-v1\nimage: cloud\nlxc-options: [-c, security.nesting=true]\n");
      await ground.ok(["launch", "-name", name, "a.yaml"]);
      const used = new Set<unknown>();
      for (const result of await compare(ground, name)) {
        assertEquals([result.code, result.output], [0, result.output], result.name);
        assertEquals(result.log.filter((line) => /Running module .* failed/.test(line)), [], result.name);
        assertEquals(unexplained(result, used), [], result.name);
      }
      const unused = DIFFERENCES.filter((one) => !used.has(one)).map(({ reason }) => reason);
      if (isWhole()) assertEquals(unused, []);
    } finally {
      await ground.close();
    }
  },
});
