/**
 * The compatibility corpus: each directory below `corpus/` is a configuration with what it must come to,
 * in `expected.txt`. `UPDATE_GOLDEN=1` writes what it comes to now; look at the difference before you commit it.
 */
import { assertEquals } from "@std/assert";
import { join, toFileUrl } from "@std/path";
import { loadConfig } from "../../lib/config/load/load.ts";
import { printConfig } from "../../lib/config/print.ts";
import { ConfigError, formatIssue, type Issue } from "../../lib/base/errors.ts";
import { buildInstance } from "../../lib/instance/build.ts";
import type { Instance } from "../../lib/instance/instance.ts";
import { loadGlobalProperties, parseSets } from "../../lib/instance/patterns/properties.ts";
import { CORPUS, corpusFiles } from "./corpus_files.ts";
import { assertGoldenText } from "../golden/text.ts";
import { memoryIo } from "./memory_io.ts";

const OSTYPES = ["alpine", "debian", "openwrt", "ubuntu"];

/** Options of loading a case: `args.json` of its directory. */
interface Args {
  readonly name?: string;
  readonly project?: string;
  readonly sets?: readonly string[];
  readonly strict?: boolean;
}

function summary(instance: Instance): string[] {
  const { owner, origin, deviceSource } = instance;
  return [
    `instance: ${instance.project}/${instance.name} image=${JSON.stringify(instance.image)}`,
    `profiles: ${[...instance.profiles, instance.ownProfile].join(" ")}`,
    ...(owner ? [`owner: ${owner.uid}:${owner.gid}`] : []),
    ...(origin ? [`origin: ${JSON.stringify(origin)}`] : []),
    ...(deviceSource ? [`devices from: ${JSON.stringify(deviceSource)}`] : []),
    ...instance.filesystems.map(({ id, kind, path, destroy, transient }) =>
      `filesystem ${id}: ${kind} ${path}${destroy ? " destroy" : ""}${transient ? " transient" : ""}`
    ),
    ...instance.devices.map(({ name, path, filesystem, dir, readonly, extract, shift }) =>
      `device ${name}: ${path} <- ${filesystem === undefined ? "" : `[${filesystem}]`}${dir}${
        [[readonly, "readonly"], [extract, "extract"], [shift, "shift"]].map(([is, word]) =>
          is ? ` ${word}` : ""
        ).join(
          "",
        )
      }`
    ),
  ];
}

function problems(title: string, issues: readonly Issue[]): string[] {
  return issues.length === 0 ? [] : [title, ...issues.map(formatIssue)];
}

/** Renders what a case comes to: the merged configuration and its instance, or its problems. */
async function outcome(files: Record<string, string>, args: Args): Promise<string> {
  const io = memoryIo(files);
  try {
    const sets = parseSets(args.sets ?? []);
    const { properties: globals } = await loadGlobalProperties({
      env: (name) => name === "XDG_CONFIG_HOME" ? "/home/u/.config" : undefined,
      readText: io.readText,
      readDir: (path) => {
        const inside = Object.keys(files).map((file) => `/home/u/${file}`).filter((file) =>
          file.startsWith(`${path}/`)
        );
        return Promise.resolve(inside.map((file) => file.slice(path.length + 1)));
      },
    });
    const loaded = await loadConfig("config.yaml", io, { ...globals, ...sets }, {
      ostypes: OSTYPES,
      collect: true,
      strict: args.strict ?? false,
    });
    const { name, project } = args;
    const instance = buildInstance(loaded, {
      file: "config.yaml",
      globals,
      sets,
      ...(name !== undefined ? { name } : {}),
      ...(project !== undefined ? { project } : {}),
    });
    return [
      ...problems("--- warnings", [...loaded.warnings, ...instance.warnings ?? []]),
      ...(loaded.dropped.length > 0 ? ["--- left out"] : []),
      ...loaded.dropped.map(({ key, path, variable }) => `${key}: ${path} (${variable})`),
      "--- merged",
      printConfig(loaded.config).trimEnd(),
      "--- instance",
      ...summary(instance),
      "",
    ].join("\n");
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [...problems("--- problems", error.issues), ""].join("\n");
  }
}

const cases = await corpusFiles();

for (const { name, files } of cases) {
  Deno.test(`corpus: ${name}`, async () => {
    const { "expected.txt": _expected, "args.json": args = "{}", ...rest } = files;
    const actual = await outcome(rest, JSON.parse(args));
    await assertGoldenText(actual, toFileUrl(join(CORPUS, name, "expected.txt")));
  });
}

Deno.test("corpus: a printed valid case is valid and prints the same again", async () => {
  let valid = 0;
  for (const { name, files } of cases) {
    const merged = files["expected.txt"]?.split("--- merged\n")[1]?.split("\n--- instance\n")[0];
    if (merged === undefined) continue;
    valid++;
    const listed = [...merged.matchAll(/\/home\/u\/[^\s'"]+/g)].map(([path]) => [path, ""]);
    const again = await loadConfig(
      "/printed.yaml",
      memoryIo({ ...Object.fromEntries(listed), "/printed.yaml": merged }),
      {},
    );
    assertEquals(printConfig(again.config).trimEnd(), merged, name);
  }
  assertEquals(valid > 30, true, `only ${valid} valid cases`);
});
