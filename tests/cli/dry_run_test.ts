/**
 * A dry run cannot lie: each command runs with and without `--dry-run`, on the same machine and daemon in memory.
 * The dry run never holds what changes the world, and what it prints is what the real run does, in that order.
 */
import { onlyRecord, withoutRecord, words } from "../support/commands.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { AnyCommand, LeafCommand } from "../../lib/cli/command/command.ts";
import { allCommands } from "../../lib/cli/commands.ts";
import { globalFlags } from "../../lib/cli/command/flags.ts";
import { parseCommandLine } from "../../lib/cli/command/parse.ts";
import { ServerError } from "../../lib/base/errors.ts";
import { describe } from "../../lib/plan/output/script.ts";
import type { Effect } from "../../lib/step/step.ts";
import * as ci from "../support/ci_commands.ts";
import * as config from "../support/config_commands.ts";
import * as daemon from "../support/daemon_commands.ts";
import * as everyday from "../support/everyday_commands.ts";
import { shortPlanOf, withForgotten } from "../support/shown_scripts.ts";
import * as pools from "../support/pool_commands.ts";
import { type Case, CLOUD_CONFIG, OTHERS } from "../support/other_commands.ts";
import { goldenCases } from "../golden/cases.ts";
import { run, SCRIPT } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { noControls, PUBLISHED, recorder, type RecorderOptions } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

const commands = await allCommands();

/** Commands that only look, each with a command line and what it prints. */
const LOOKING: readonly (readonly [readonly string[], RegExp])[] = [
  [["query", "/1.0/networks/br0"], /^\{\n {2}"config": \{\},\n {2}"managed": true,/],
  [["version"], /^lxops for Incus, /],
  [["completion", "fish"], /__lxops_complete/],
  ...config.LOOKING,
  ...daemon.LOOKING,
  ...everyday.LOOKING,
  ...ci.LOOKING,
  ...pools.LOOKING,
  [
    ["cloudconfig", "plan", "-ostype=debian", "a.cfg"],
    /^#!\/bin\/sh\n# 1 {2}Write \/root\/key \(a\.cfg\) {2}a\.cfg:3\n/,
  ],
  [["cloudconfig", "lint", "clean.cfg"], /^$/],
];

const ALL: readonly Case[] = [
  ...goldenCases(),
  ...OTHERS,
  ...ci.CHANGING,
  ...daemon.CHANGING,
  ...everyday.CHANGING,
  ...pools.CHANGING,
  ...config.CHANGING.map((args): Case => ({
    name: args.join(" "),
    args,
    files: config.FILES,
    world: worldOf({}),
  })),
];

function leaves(command: AnyCommand, path: readonly string[] = []): [string, LeafCommand][] {
  if (command.kind === "command") return [[path.join(" "), command]];
  const own = command.own ? leaves(command.own, path) : [];
  return [...command.commands.flatMap((one) => leaves(one, [...path, one.name])), ...own];
}

function commandOf(args: readonly string[]): string {
  return leaves(commands).find(([name]) => `${args.join(" ")} `.startsWith(`${name} `))![0];
}

const MAPPED = 231072;
const HEAD =
  /^(#|set -eu$|code=0$|\[ "\$code" |lxops\(\) |while read -r _ |lxops (image delete .* -unnamed|instance check|run -discard|pool (acquire|mark|renew|release|warm|retire|forget)) )/;

/** The request by which a throw-away instance goes. */
const DISCARDING = /^lxops instance stop -wait-stop 0 /;

/** The commands of a script, each with the texts that follow it, without comments, the script's head, and looks. */
function commandsOf(script: string): string[] {
  const found: string[] = [];
  let end: string | undefined;
  for (
    const line of script.replaceAll(/^lxops instance compare-ids .*<<'END'\n[^]*?\nEND$/gm, "").split("\n")
  ) {
    if (end !== undefined) {
      found.push(`${found.pop()}\n${line}`);
      if (line === end) end = undefined;
    } else if (line !== "" && !HEAD.test(line)) {
      found.push(line);
      end = /<<'(END_*)'$/.exec(line)?.[1];
    }
  }
  return found;
}

/**
 * A command with what a dry run cannot know; recorded waits do not know what they waited for, and recorded
 * programs and requests do not know how their failures would have been taken.
 */
function settled(command: string): string {
  if (command.startsWith("lxops instance wait ")) {
    return command.replaceAll(/ -(timeout|pause|until)[ =]\S*/g, "");
  }
  if (command.startsWith("lxops instance keep ")) return "lxops instance keep";
  return command.replace(/"\$\(lxops instance idmap[^)]*\)"/, `${MAPPED}:${MAPPED}`)
    .replace(/ -already '[^']*'/, "")
    .replace(/ \|\| code=\$\?$/, "")
    // A program reads its input while it comes; a script has all of it.
    .replace(/^(lxops instance exec a -- cat) <<'END_'\n[^]*$/, "$1")
    .replace(/ -named \S+/, "")
    .replace(/ -kill-after \S+/, "")
    .replace(/^(lxops query -X POST) -alias \S+(?: -replaces \S+)?(?: -note (?:'[^']*'|\\'|[^\s'])+)*/, "$1")
    // The name that an image has until it has its own.
    .replace(/,"aliases":\[\{"name":"[^"]*@new-\w+","description":"[^"]*"\}\]/, "")
    .replace(CLEAN_STOP, "lxops instance stop -wait-stop $1 $2")
    .replace(/^\{ lxops instance content .* \|\| echo failed; \} \| /, "")
    .replace(/^tries=0; until (.*); do tries=.*; done$/, "$1");
}

/** A clean stop, after which nothing is killed; recorded as any other. */
const CLEAN_STOP =
  /^lxops query -X PUT -d '\{"action":"stop","timeout":(\d+),"force":false\}' \/1\.0\/instances\/(\S+)\/state$/;

/** Tells whether an alias is that of an image which was recorded. */
function isNew(body: unknown): boolean {
  return JSON.stringify(body ?? "").includes(PUBLISHED);
}

/** Tells whether a recorded change is a part of the one before it: what an image gets that was published. */
function isPart(effect: Effect): boolean {
  return effect.kind === "send" && effect.path.startsWith("/1.0/images/") &&
    (effect.method === "PATCH" || isNew(effect.body) || effect.path.includes("%40new-"));
}

/** Returns the line of a script for a recorded change. */
function rendered(effects: readonly Effect[]): string[] {
  return effects.filter((effect) => !isPart(effect)).map((effect) =>
    settled(describe(effect, SCRIPT).replace(/\n+$/, "").replace(/^# Secrets are left out; .*\n/, ""))
  );
}

/** Results that commands print. */
const PRINTED: Readonly<Record<string, string>> = {
  doctor:
    'No problem found. Looked at: Incus 6.0.4 at "/run/memory.socket", 1 storage pool, 0 networks, 1 instance\n',
  "create-profile": "a.lxops\n",
  "image update web": "ALIAS FINGERPRINT  STATE\nweb   111111111111 built\n",
  init: "Look through the files in it's new, then launch it:\n  lxops up './it'\\''s new'\n",
  adopt: "it's new/lxops.yaml says what the instance is: lxops plan has nothing to change\n",
  up: "a: changed\n",
};

async function both(one: Case, options: RecorderOptions = {}) {
  // What was recorded does not know what was a secret.
  const shows = one.name.includes("_secrets_") || ["init", "adopt"].includes(one.args[0]!)
    ? withDryRun(one.args, "--show-secrets")
    : one.args;
  const dry = await run(withDryRun(shows), { ...one, controls: noControls });
  const recorded = recorder(memoryServer(one.world, { mappedTo: MAPPED }), options);
  const server = one.args[0] === "pool" ? { ...memoryServer(one.world), ...recorded.server } : undefined;
  const real = await run(alone(one.args), {
    ...one,
    ...(server ? { server } : {}),
    controls: () => recorded,
  });
  if (one.args[0] === "rehearse" && one.args[1] !== "clean") {
    // The rest is planned from the copy.
    const shown = commandsOf(dry.stdout).map(settled);
    return { dry: shown, real: rendered(recorded.effects).slice(0, shown.length) };
  }
  assertEquals([real.code, real.stderr], [dry.code, dry.stderr]);
  if (one.args[1] === "acquire") assertMatch(real.stdout, /^(p-0+1) \1\.[0-9a-f]{32}\n$/);
  else if (one.args[0] !== "delete") {
    assertEquals(real.stdout, real.code === 0 ? PRINTED[one.name] ?? PRINTED[one.args[0]!] ?? "" : "");
  }
  assert(dry.code !== 0 || recorded.effects.length > 0 || dry.stdout.includes("# nothing to do"));
  const script = withForgotten(dry.stdout, recorded.effects);
  // What is done to one instance of a pool, after a look at it, is one line of the script.
  if (/^lxops pool /m.test(script)) {
    const shown = commandsOf(script.replaceAll(" p-0 ", ` ${pools.MEMBER} `)).map(settled);
    const sent = rendered(recorded.effects);
    return { dry: shown, real: sent.filter((line) => shown.includes(line)) };
  }
  const changes = rendered(recorded.effects).filter((line) =>
    !(one.args[0] === "run" || one.args[1] === "doctor") || !DISCARDING.test(line)
  );
  return { dry: commandsOf(script).map(settled), real: changes };
}

/** Sorts changes by instance, in the order of a script. */
function alone(args: readonly string[]): string[] {
  const [, command] = leaves(commands).find(([name]) => name === commandOf(args))!;
  return "parallel" in command.flags ? [args[0]!, "-parallel=1", ...args.slice(1)] : [...args];
}

/** Behind the name of the command, where every command takes its flags. */
function withDryRun(args: readonly string[], flag = "--dry-run"): string[] {
  const at = commandOf(args).split(" ").length;
  return [...args.slice(0, at), flag, ...args.slice(at)];
}

Deno.test("dispatch() has a case for every command, which says whether it changes anything", () => {
  const tested = new Set(ALL.map(({ args }) => commandOf(args)));
  const looking = new Set(LOOKING.map(([args]) => commandOf(args)));
  for (const [name, command] of leaves(commands)) {
    const changes = "dry-run" in command.flags;
    assert(
      changes ? tested.has(name) : looking.has(name),
      `"${name}" needs a case here, ${changes ? "in OTHERS or tests/plans" : "in LOOKING"}`,
    );
  }
});

for (const one of ALL) {
  Deno.test(`dispatch() does what its dry run shows: ${one.name}`, async () => {
    const { dry, real } = await both(one);
    assertEquals(real, dry);
  });
}

for (const one of ALL) {
  Deno.test(`dispatch() says in short what its dry run shows: ${one.name}`, async () => {
    const dry = await run(withDryRun(one.args), { ...one, controls: noControls });
    const { code, stdout, stderr } = await run(withDryRun(one.args, "--plan"), {
      ...one,
      controls: noControls,
    });
    if (dry.code !== 0) return assertEquals([code, stdout, stderr], [dry.code, "", dry.stderr]);
    const changes = stdout.split("\n").filter((line) => /^ *[-+~] /.test(line)).length;
    assertEquals([code, stderr], [changes === 0 ? 0 : 10, dry.stderr]);
    assert(changes > 0 || commandsOf(dry.stdout).every((line) => /^lxops instance (wait|check) /.test(line)));
    if (!one.args.includes("-json")) assertEquals(stdout.split("\n").slice(0, -2), shortPlanOf(dry.stdout));
  });
}

for (const one of goldenCases()) {
  Deno.test(`dispatch() plans what the golden plan says, from what it looks at: ${one.name}`, async () => {
    const { code, stdout, stderr } = await run(withDryRun(one.args), { ...one, controls: noControls });
    const expected = one.golden.split("\n").map(withoutRecord);
    assertEquals(`exit ${code}`, code === 0 ? "exit 0" : expected[0]!);
    // Warnings come before errors, and golden plans do not have them.
    if (code !== 0) assertEquals(stderr.split("\n").slice(1 - expected.length), expected.slice(1));
    for (const command of commandsOf(stdout).map(withoutRecord)) {
      if (onlyRecord(command)) continue;
      // Golden plans shorten the scripts of batches.
      const [line] = command.split(/<<'END_*'/);
      assert(expected.some((other) => other.startsWith(line!)), `${line} is not in the golden plan`);
      // What the script calls is a command line that lxops takes.
      const [program, ...args] = words(line!);
      if (program === "lxops") parseCommandLine(commands, globalFlags, args);
    }
  });
}

Deno.test("dispatch() does what its dry run shows where a clean stop fails", async () => {
  const refused = new Set(
    goldenCases().filter(({ golden }) => golden.startsWith("exit")).map(({ name }) => name),
  );
  const cases = ALL.filter(({ name, args }) => args.includes("-force=true") && !refused.has(name));
  assert(cases.length > 0);
  for (const one of cases) {
    const sent: unknown[] = [];
    const { dry, real } = await both(one, {
      send: ({ body }) => {
        const { action, force } = (body ?? {}) as { action?: string; force?: boolean };
        if (action === "stop") sent.push(force);
        if (action === "stop" && !force) throw new ServerError("It does not stop");
      },
    });
    assertEquals(real, dry);
    assertEquals(sent, [false, true]);
  }
});

for (const [args, expected] of LOOKING) {
  Deno.test(`dispatch() changes nothing: ${args.join(" ")}`, async () => {
    const networks = { br0: { managed: true, type: "bridge" } };
    const profiles = args[0] === "pool" ? [pools.DEFINITION] : daemon.SPEC.profiles ?? [];
    const world = worldOf({ ...daemon.SPEC, profiles, journals: { a: "journal of a" }, networks });
    const server = memoryServer(world, { mappedTo: MAPPED });
    const recorded = recorder(server);
    const { code, stdout, stderr } = await run(args, {
      world,
      server,
      files: {
        ...config.FILES,
        ...daemon.FILES,
        ...ci.FILES,
        "/c/a.cfg": CLOUD_CONFIG,
        "/c/clean.cfg": "#cloud-config\nruncmd: [date]\n",
      },
      controls: () => recorded,
    });
    const changes = recorded.effects.filter(({ kind }) => kind !== "wait");
    assertEquals([code, stderr, changes], [0, "", []]);
    assertMatch(stdout, expected);
  });
}
