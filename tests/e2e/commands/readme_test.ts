/** Runs README like a newcomer: every command line as printed, in its order, in one shell. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Printed, readDocument } from "../../support/readme.ts";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { serveImages } from "../support/image_server.ts";
import { Terminal } from "../support/terminal.ts";

const PATH = new URL("../../../README.md", import.meta.url).pathname;
const ROOT = PATH.slice(0, -"README.md".length);
const README = readDocument(Deno.readTextFileSync(PATH));

const QUICKSTART = "./scripts/quickstart";

/** Lines that are not run as printed, why, and their replacements. */
const INSTEAD: readonly (readonly [RegExp, string, string])[] = [
  [
    / task build/,
    "it takes a minute and the base of a binary; the suite has a part for it",
    'test -x "$(./scripts/install.sh deno)" && grep -q \'"build": {\' deno.json',
  ],
  [
    /^deno task package$/,
    "it builds, too; package_test makes a package, installs and removes it",
    `grep -q '"package": {' deno.json || grep -q '"package": "' deno.json`,
  ],
  [
    /^sudo apt install \.\/FILE$/,
    "it would change this machine; package_test installs with dpkg in a container",
    "command -v apt > /dev/null",
  ],
  [
    /^lxops shell /,
    "it needs a terminal, which `script` makes",
    'printf "exit 0\\n" | script -qec "$COMMAND" /dev/null',
  ],
];

/** Edits of a user before the commands of a row or a paragraph. */
const EDITS: Readonly<Record<string, string>> = {
  "lxops plan hello.yaml": [
    'echo "- echo changed >> /data/history" >> hello.cfg',
    `sed -i 's|^devices:|devices:\\n  log: {path: /var/log/app, filesystem: data}|' hello.yaml`,
    `echo 'lxc-options: ["-c limits.memory=256MiB"]' >> hello.yaml`,
  ].join("; "),
  "lxops up --rebuild hello.yaml": "sed -i 's|alpine/3.22|alpine/3.23|' hello.yaml",
  "sudo mv /var/lib/lxops/hello /srv/hello": "sed -i 's|storage: .*|storage: /srv|' hello.yaml",
};

/** Exit codes of commands that do not end with 0. */
const EXITS: Readonly<Record<string, number>> = {
  "lxops plan hello.yaml": 10,
  "lxops status --guest hello.yaml": 10,
};

/** Expectations in the container after a command or a row's commands. */
const SEEN: Readonly<Record<string, readonly [string, RegExp]>> = {
  "lxops up hello.yaml": [
    "lxops exec hello -- tail -n 1 /data/history; lxops exec hello -- ls -d /var/log/app; " +
    "lxops query /1.0/instances/hello",
    /^changed\s+\/var\/log\/app\s[^]*"limits.memory": "256MiB"/m,
  ],
  "lxops up --rebuild hello.yaml": ["lxops exec hello -- cat /etc/os-release", /VERSION_ID=2/],
  // It is renamed back, for what follows.
  "the name": ["lxops rename --force --name hello2 hello.yaml hello", /hello/],
};

/** Expected output of the commands of a newcomer's first quarter of an hour. */
const PRINTS: Readonly<Record<string, RegExp>> = {
  [QUICKSTART]: /^precious$[^]*The file in \/data is still there/m,
  [`${QUICKSTART} --clean`]: /Everything is removed/,
  "lxops launch --dry-run hello.yaml": /# Create instance hello/,
  "lxops instance exec hello -- cat /data/history": /^configured /m,
  "lxops ps": /^hello +Running /m,
  "lxops i filesystems -l hello.yaml": /\/var\/lib\/lxops\/hello/,
  "lxops snapshot list hello.yaml": /before-upgrade/,
  "lxops destroy hello.yaml": /Destroy director/,
};

inTurn("README's command lines run as they are printed", ["directory", "bed"], async (ground, t) => {
  await prepare(ground);
  const images = await serveImages(ground, "images", { "alpine/3.22": "tiny", "alpine/3.23": "tiny2" });
  for (const name of ["hello", "hello2"]) await ground.claim(name);
  const commands = await triesQuickstart(ground)
    ? README.commands
    : README.commands.filter(({ command }) => !command.startsWith(QUICKSTART));
  const terminal = await Terminal.open(ground, `${places.directory}/${ground.id}`);
  try {
    for (const [index, printed] of commands.entries()) {
      const next = commands[index + 1];
      await t.step(
        `README.md:${printed.line} ${printed.command}`,
        () => step(terminal, ground, printed, next),
      );
    }
  } finally {
    if (commands === README.commands) await terminal.run(`"$HOME/checkout/scripts/quickstart" --clean --all`);
    await terminal[Symbol.asyncDispose]();
    await images.close();
  }
});

/** A copy of the checkout, in which `dist` has the program that is tested. */
async function prepare(ground: Ground): Promise<void> {
  const checkout = `${ground.dir}/checkout`;
  await Deno.mkdir(`${checkout}/dist`, { recursive: true });
  for (const { name } of Deno.readDirSync(ROOT)) {
    if (!["dist", "examples"].includes(name)) await Deno.symlink(`${ROOT}${name}`, `${checkout}/${name}`);
  }
  await new Deno.Command("cp", { args: ["-r", `${ROOT}examples`, checkout] }).output();
  const program = `${checkout}/dist/${ground.daemon.title === "Incus" ? "lxops-incus" : "lxops-lxd"}`;
  const [binary, ...args] = ground.daemon.argv;
  if (args.length === 0) await Deno.symlink(binary!, program);
  else await Deno.writeTextFile(program, `#!/bin/sh\nexec ${ground.daemon.argv.join(" ")} "$@"\n`);
}

async function step(
  terminal: Terminal,
  ground: Ground,
  printed: Printed,
  next: Printed | undefined,
): Promise<void> {
  const command = printed.command.replace(/ +#.*$/, "");
  await edit(terminal, printed, command);
  const { code, output } = await terminal.run(runnable(ground, printed.command));
  assertEquals(code, EXITS[command] ?? 0, output);
  if (PRINTS[command]) assertMatch(output, PRINTS[command]);
  const { row = "" } = printed;
  const seen = SEEN[command] ?? (next?.row === printed.row ? undefined : SEEN[row]);
  if (seen) assertMatch((await terminal.run(seen[0])).output, seen[1]);
}

/** Returns the command line for the shell: as printed, unless it is one of `INSTEAD`. */
function runnable(ground: Ground, command: string): string {
  const [, , instead] = INSTEAD.find(([pattern]) => pattern.test(command)) ?? [];
  if (instead !== undefined) return `COMMAND=${quote(command)}; ${instead}`;
  return ground.daemon.title === "Incus" ? command : command.replace("lxops-incus", "lxops-lxd");
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

async function edit(terminal: Terminal, printed: Printed, command: string): Promise<void> {
  const { row = "" } = printed;
  const isFirst = README.commands.find((other) => other.row === row) === printed;
  const change = EDITS[command] ?? (isFirst ? EDITS[row] : undefined);
  if (change !== undefined) assertEquals((await terminal.run(change)).code, 0);
}

/** It starts an Incus of its own, and must not touch one that a user's quickstart left on this machine. */
async function triesQuickstart(ground: Ground): Promise<boolean> {
  const isThere = await Deno.lstat("/var/lib/lxops-quickstart").then(() => true, () => false);
  const isFirst = ground.shares === 1 || ground.daemon.title === "Incus";
  return !isThere && isFirst;
}

Deno.test("README prints files that exist as they are", () => {
  const hello = Deno.readTextFileSync(`${ROOT}examples/hello/hello.yaml`);
  assertEquals(README.files.filter(({ language }) => language === "yaml"), [{
    language: "yaml",
    text: hello,
  }]);
});

Deno.test("README has the edits and the rows that its test knows", () => {
  const known = [...Object.keys(EDITS), ...Object.keys(EXITS), ...Object.keys(SEEN), ...Object.keys(PRINTS)];
  const printed = README.commands.flatMap(({ command, row = "" }) => [command.replace(/ +#.*$/, ""), row]);
  assertEquals(known.filter((key) => !printed.includes(key)), []);
  for (const [pattern] of INSTEAD) assert(README.commands.some(({ command }) => pattern.test(command)));
});
