/**
 * Tests of the JSON of every command with a result for programs, on a real daemon: it fits the schema of `lxops help
 * json`, has no key or word that the schema lacks, and is all of stdout.
 */
import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import Ajv from "ajv";
import { csvFields } from "../../../lib/cli/output/csv.ts";
import { ALL_RESULTS } from "../../../lib/cli/results/mod.ts";
import type { ResultShape } from "../../../lib/cli/results/shape.ts";
import { jsonSchemaOf } from "../../../lib/cli/results/schema.ts";
import { plainConfig } from "../support/configs.ts";
import { type Ground, inTurn } from "../support/daemon.ts";
import { isTaken } from "../../support/sample.ts";

const validators = new Map(ALL_RESULTS.map((one) => [
  one.name,
  new Ajv.default({ strict: true, allowUnionTypes: true }).compile(jsonSchemaOf(one, { strict: true })),
]));

/** The exit code of a command that says something about the machine of the tests. */
const ANY = -1;

/** The checked results, with the commands that had one. */
class Results {
  readonly #ground: Ground;
  readonly seen = new Set<string>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Runs a command with --json, and returns its result. */
  // deno-lint-ignore no-explicit-any
  async of(name: string, args: readonly string[], { code = 0, flag = "--json" } = {}): Promise<any> {
    const result = ALL_RESULTS.find(({ commands }) => commands.includes(name));
    assert(result, `no result has the command "${name}"`);
    const words = name.startsWith("every ") ? [] : name.split(" ").filter((word) => !word.startsWith("-"));
    const outcome = await this.#ground.run([...words, ...args, flag]);
    if (code !== ANY) assertEquals(outcome.code, code, `${name}: ${outcome.stderr}`);
    const value = JSON.parse(outcome.stdout);
    this.#check(result, value, name);
    return value;
  }

  /** Runs a command whose list is not empty, and returns its rows. */
  async rows(name: string, args: readonly string[]): Promise<readonly Record<string, unknown>[]> {
    const rows = await this.of(name, args);
    assert(rows.length > 0, `${name} ${args.join(" ")} lists nothing`);
    return rows;
  }

  /** Runs a list in all its forms, and returns its rows. */
  async list(name: string, args: readonly string[]): Promise<readonly Record<string, unknown>[]> {
    const rows = await this.rows(name, args);
    const words = [...name.split(" "), ...args];
    const [yaml, csv, table] = await Promise.all([
      this.#ground.ok([...words, "--format", "yaml", "--columns", "all"]),
      this.#ground.ok([...words, "--format", "csv,header", "--columns", "all"]),
      this.#ground.ok([...words, "--format", "compact,header", "--columns", "all"]),
    ]);
    const sorted = (all: readonly Record<string, unknown>[]) => all.map((row) => Object.entries(row).sort());
    // Times go on.
    const still = (all: readonly Record<string, unknown>[]) => all.map(({ age: _, ...row }) => row);
    assertEquals(sorted(still(parse(yaml) as typeof rows)), sorted(still(rows)), name);
    const [head, ...lines] = csv.trimEnd().split("\n").map(csvFields);
    assertEquals(head!.filter((key) => rows.some((row: object) => key in row)).sort(), keysOf(rows), name);
    assertEquals(
      [lines.length, lines.every((line) => line.length === head!.length)],
      [rows.length, true],
      name,
    );
    assertEquals(table.split("\n")[0]!.split(/ +/), head!.map((key) => key.toUpperCase()), name);
    return rows;
  }

  /** Compares a value that a command has printed with the schema of its result. */
  #check(result: ResultShape, value: unknown, name: string): void {
    const validate = validators.get(result.name)!;
    assert(validate(value), `${name}: ${JSON.stringify(validate.errors, null, 1)}\n${JSON.stringify(value)}`);
    this.seen.add(name);
  }
}

function keysOf(rows: readonly object[]): readonly string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))].sort();
}

inTurn("every result for programs fits its schema", ["directory"], async (ground) => {
  const name = ground.name();
  const [copy, made] = [ground.name("c"), ground.name("d")];
  const results = new Results(ground);
  await ground.write(
    "a.yaml",
    plainConfig(
      "tiny",
      "description: of results\nproperties: {greeting: hello}\ncloud-config-files: [a.cfg]\n" +
        "checks: [{exec: [true]}]\n",
    ),
  );
  await ground.write("p.cfg", "#cloud-config\npackages: [[busybox, 1]]\n");
  await ground.write("a.cfg", "#cloud-config\nruncmd: [echo to stdout, [sh, -c, echo to stderr >&2]]\n");
  await ground.write("wrong.yaml", "#lxops-v1\nimage: tiny\nimge: tiny2\nostype: nixos\n");
  await ground.write("wrong.cfg", "#cloud-config\nno-such-section: 1\n");
  await Deno.mkdir(`${ground.dir}/.config/lxops`, { recursive: true });
  await ground.write(".config/lxops/properties.yaml", "site: example\n");
  const file = ["--name", name, "a.yaml"];

  // Files.
  assertEquals((await results.of("version", [])).daemon, ground.daemon.title.toLowerCase());
  assertEquals((await results.of("i verify", file)).valid, true);
  const wrong = await results.of("i verify", ["wrong.yaml"], { code: 3 });
  assertEquals([wrong.valid, wrong.instances, wrong.issues.length > 0], [false, [], true]);
  assertEquals((await results.of("cloudconfig lint", ["a.cfg"])).issues, []);
  await results.of("cloudconfig lint", ["wrong.cfg"], { code: 1 });
  await results.of("config explain", ["a.yaml"]);
  await results.of("config explain --format", ["a.yaml", "--columns", "all"]);
  await results.of("config print", ["a.yaml"]);
  assertEquals((await results.rows("config formats", ["v1"])).map((row) => row["current"]), [true]);
  await results.rows("i description", file);
  await results.rows("i project", file);
  await results.of("i verify --format", ["wrong.yaml", "--columns", "all"], { code: 3 });
  await results.of("cloudconfig lint --format", ["wrong.cfg", "--columns", "all"], { code: 1 });
  await results.of("migrate check", ["wrong.yaml"], { code: 3 });
  await results.of("doctor", [], { code: ANY });
  await results.of("doctor --format", ["--columns", "all"], { code: ANY });
  await results.list("config properties", ["a.yaml"]);
  await ground.write("p.yaml", "#lxops-v1\nimage: tiny\ncloud-config-files: [p.cfg]\n");
  await ground.write("b.yaml", "#lxops-v1\ninclude: [a.yaml]\n");
  assertEquals((await results.rows("config includes", ["b.yaml"])).map((row) => row["file"]), ["a.yaml"]);
  await results.rows("config cloud-config", ["a.yaml"]);
  assertEquals(await results.rows("config packages", ["p.yaml"]), [{
    package: "busybox=1",
    name: "busybox",
    version: "1",
  }]);
  await results.rows("ostypes", []);
  await results.rows("property list", ["site"]);
  await results.rows("i properties", file);
  await results.rows("i filesystems", file);
  await results.list("i filesystems", ["-l", ...file]);
  await results.rows("i devices", ["-l", ...file]);
  await results.rows("profile list", file);
  await results.of("init", ["--from", "tiny", "fresh"]);
  await results.rows("remote list", []);
  await results.rows("project list", ["default"]);

  // One instance, from nothing to nothing.
  assertEquals(
    (await results.of("every command with --plan --json", ["launch", "--plan", ...file], { code: 10 }))
      .changes > 3,
    true,
  );
  await results.of("plan", file, { code: 10 });
  await results.of("plan --format", [...file, "--columns", "all"], { code: 10 });
  const [launched] = await results.of("launch", file);
  assertEquals([launched.result, launched.file, launched.address.includes(".")], [
    "launched",
    "a.yaml",
    true,
  ]);
  assertEquals((await results.of("up", file))[0].result, "up to date");
  assertEquals((await results.of("configure", file))[0].result, "configured");
  await results.of("plan", file);
  await results.of("status", ["--guest", ...file]);
  await results.of("status --format", [...file, "--columns", "all"]);
  const ps = await results.list("ps", [`${name}*`]);
  assertEquals([ps[0]!["addresses"], ps[0]!["outdated"]], [[launched.address], false]);
  await results.rows("instance list", [name]);
  assertEquals(
    (await results.rows("instance addresses", [])).filter((row) => row["instance"] === name)
      .map((row) => row["address"]),
    [launched.address],
  );
  await results.rows("instance devices", [name]);
  await results.rows("instance hwaddr", [name]);
  await results.rows("image instances", [name]);
  assertEquals(await results.of("instance profiles", [name, ".lxops"]), [`${name}.lxops`]);
  await results.of("instance profiles --format", [name, "--columns", "all"]);
  await results.rows("instance logs", [name]);
  await results.of("instance idmap", [name]);
  await results.of("instance info", [name]);
  await results.of("instance get", [name]);
  await results.of("instance get --format", [name, "--columns", "all"]);
  await results.rows("check", file);
  await results.of("lost", file);
  await results.of("adopt", [name, "--guest", "-o", "adopted"]);
  // One of them takes seconds: the daemons share them.
  const isIncus = ground.daemon.title === "Incus";
  const rehearsals = ["rehearse rebuild", "rehearse up"];
  const rehearsed = rehearsals.filter((_, index) => isTaken(index + Number(isIncus), 2));
  for (const one of rehearsed) assertEquals((await results.of(one, file)).result, "done");
  await results.of("instance set", [name, "user.color=blue", "limits.memory.swap=false"]);
  await ground.ok(["query", "-X", "PATCH", "-d", '{"config":{"user.a":"b"}}', `/1.0/profiles/${name}.lxops`]);
  const found = await results.of("profile diff", file, { code: 10 });
  assertEquals(found.map(({ name, config, found }: Record<string, unknown>) => [name, config, found]), [
    ["user.a", null, "b"],
  ]);
  assertEquals((await results.of("snapshot", ["-s", "one", ...file]))[0].result, "done");
  await results.of("instance copy", ["--share-devices", name, copy]);
  for (const one of ["pause", "unpause", "restart", "stop", "start", "kill"]) await results.of(one, [name]);
  assertEquals((await results.of("rebuild", ["--keep-old", ...file]))[0].result, "rebuilt");
  assertEquals((await results.of("prune", file))[0].result, "pruned");
  await ground.ok(["stop", name]);
  await results.rows("snapshot list", file);
  await ground.ok(["query", "-X", "DELETE", `/1.0/instances/${copy}`]);
  await results.of("delete", file);
  await results.of("destroy", file);
  assertEquals((await results.of("create", ["tiny", made]))[0].result, "created");
  // One list of those with a file and those without.
  await ground.ok(["launch", ...file]);
  const down: { instance: string }[] = await results.of("down", [made, name, `${name}-none`]);
  assertEquals(down.map(({ instance }) => instance).sort(), [name, made].sort());

  // Images.
  const alias = `${name}-i`;
  await ground.write(
    "i.yaml",
    "#lxops-v1\nimage: (base)\nostype: alpine\nproperties: {base: tiny}\ncloud-config-files: [i.cfg]\n",
  );
  await ground.write("i.cfg", "#cloud-config\nwrite_files: [{path: /etc/i, content: i}]\n");
  const build = ["--alias", alias, "i.yaml"];
  try {
    await results.of("image build", build);
    await ground.write("i.cfg", "#cloud-config\nwrite_files: [{path: /etc/j, content: j}]\n");
    const outdated = await results.of("image update --check-only", [alias, "--check-only"], { code: 10 });
    assertEquals(outdated, [{ alias, state: "outdated" }]);
    await results.of("image update", [alias]);
    const [image] = await results.list("image list", [alias]);
    assertEquals([image!["alias"], typeof image!["size"]], [[alias], "number"]);
    await results.of("image show", [alias]);
    await results.rows("image alias list", [`${name}*`]);
    assertEquals((await results.rows("image history", [alias])).map((row) => row["current"]), [true, false]);
    assertEquals((await results.of("image diff", [alias], { code: 10 })).length > 0, true);
    assertEquals((await results.of("image prune", ["--force", "--keep=1", alias])).length, 1);
    assertEquals((await results.list("image update", [alias])).map((row) => row["state"]), ["unchanged"]);
  } finally {
    await ground.run(["image", "prune", "--force", "--keep=1", alias]);
    await ground.run(["image", "delete", alias]);
  }

  // Pools.
  const pool = `${name}-p`;
  try {
    await ground.ok(["pool", "create", "--size=1", pool, "tiny"]);
    await results.rows("pool list", [pool]);
    const { lease } = await results.of("pool acquire", [pool]);
    await results.of("pool renew", [lease]);
    assertEquals((await results.of("pool status", [pool])).leased, 1);
    await results.of("pool status --format", [pool, "--columns", "all"]);
    await ground.ok(["pool", "release", lease]);
  } finally {
    await ground.run(["pool", "destroy", "--force", pool]);
  }

  const all = ALL_RESULTS.flatMap(({ commands }) => commands)
    .filter((one) => !rehearsals.includes(one) || rehearsed.includes(one));
  assertEquals(all.filter((one) => !results.seen.has(one)), [], "commands that were not tried");
});
