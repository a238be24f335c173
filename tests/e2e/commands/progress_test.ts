/** Tests of the terminal during and after the work of lxops: the whole screen, as another terminal program shows it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { plainConfig } from "../support/configs.ts";
import { type Ground, inTurn } from "../support/daemon.ts";
import { listen, tokenOf } from "../support/https.ts";
import { isWhole, sample } from "../../support/sample.ts";
import { Pane } from "../support/screen/tmux.ts";
import { slowRelay } from "../support/screen/slow_relay.ts";
import { sh } from "../support/trees.ts";

const CONFIG = (name: string) =>
  `#lxops-v1\nostype: alpine\nimage: tiny\ncloud-config-files: [${name}.cfg]\n`;
const items = (...commands: readonly string[]) => `#cloud-config\nruncmd: ${JSON.stringify(commands)}\n`;

/** A name of the same length as those of tests. */
const MASKED = "lxops-e2e";

/** Replaces what differs from run to run, by text that is as long where it matters. */
function masked(ground: Ground, screen: string): string {
  return screen.replaceAll(ground.id, MASKED)
    .replaceAll(/ *\b(\d+ min )?\d+(\.\d+)? s\b(?=\)?$)/gm, " N s")
    .replaceAll(/\b10(\.\d+){3} */g, "10.0.0.1 ")
    .replaceAll(/ +$/gm, "");
}

/** The name that a line begins with. */
function nameIn([line = ""]: readonly string[]): string {
  return line.slice(0, MASKED.length + 1);
}

/** Sorts the lines of instances that end at nearly the same time, each with what belongs to it. */
function sorted(screen: string): string {
  const isOf = (line: string | undefined) => line?.startsWith(MASKED) ?? false;
  const blocks: string[][] = [];
  for (const line of screen.split("\n")) {
    const last = blocks.at(-1);
    if (last && isOf(last[0]) && line.startsWith("  ")) last.push(line);
    else blocks.push([line]);
  }
  for (let start = 0; start < blocks.length; start++) {
    let end = start;
    while (isOf(blocks[end]?.[0])) end++;
    const group = blocks.slice(start, end).sort((a, b) => nameIn(a).localeCompare(nameIn(b)));
    blocks.splice(start, group.length, ...group);
    start = Math.max(start, end);
  }
  return blocks.flat().join("\n");
}

const WIDTHS = [60, 80, 200] as const;

// What differs between widths is tested frame by frame, too.
for (const columns of isWhole() ? WIDTHS : [WIDTHS[sample() % WIDTHS.length]!]) {
  inTurn(
    `a terminal of ${columns} columns shows a launch of three, a failure, Ctrl-C and what goes on, as its golden file`,
    [],
    async (ground) => {
      const [a, b, c] = ["a", "b", "c"].map((one) => ground.name(one)) as [string, string, string];
      for (const name of [a, b, c]) await ground.write(`${name}.yaml`, CONFIG(name));
      await ground.write(`${a}.cfg`, items("sleep 2", "true"));
      await ground.write(`${b}.cfg`, items("sleep 2", "echo no such thing >&2; exit 3"));
      await ground.write(`${c}.cfg`, items("sleep 2", "echo hello"));
      await using pane = await Pane.open(ground, { columns });
      await pane.begin("lxops launch *.yaml");
      const all = /^([|/\\-] \S+ .* s\n){3}/m;
      const lines = (await pane.until(all)).match(all)![0].trimEnd().split("\n");
      assertEquals(lines.map((line) => line.split(/ +/)[1]).sort(), [a, b, c]);
      assert(lines.every((line) => line.length === Math.min(columns - 1, 110)), lines.join("\n"));
      await pane.ended();
      await ground.write(`${b}.cfg`, items("sleep 2", "true"));
      await pane.run(`lxops launch --resume ${b}.yaml`);
      await ground.write(`${b}.cfg`, items("true", "sleep 100"));
      await pane.begin(`lxops configure ${b}.yaml`);
      await pane.until(/^[|/\\-] \S+ +Run sleep 100/m);
      await pane.type("", "C-c");
      await pane.ended();
      await pane.begin("lxops destroy --force *.yaml");
      await pane.until(/\[y\/N\]/);
      await pane.type("y", "Enter");
      const screen = await pane.ended();
      assert(!/^[|/\\-] /m.test(screen), screen);
      const file = new URL(`transcripts/${columns}.txt`, import.meta.url);
      const text = sorted(masked(ground, screen));
      if (Deno.env.get("UPDATE_GOLDEN")) await Deno.writeTextFile(file, text);
      assertEquals(text, await Deno.readTextFile(file));
    },
  );
}

inTurn(
  "an image that comes from another daemon over a slow line shows bytes, rate and time left",
  ["directory"],
  async (ground) => {
    const [name, project] = [`${ground.id}-big`, `${ground.id}-p`];
    const files = `${ground.dir}/image`;
    await using server = await listen(ground);
    await using relay = slowRelay(server.port, 8 << 20);
    await ground.ok(["remote", "add", "far", await tokenOf(ground)]);
    const config = `${ground.dir}/.config/${ground.daemon.title === "Incus" ? "incus" : "lxc"}/config.yml`;
    const url = `https://127.0.0.1:${relay.port}`;
    await Deno.writeTextFile(config, (await Deno.readTextFile(config)).replace(server.url, url));
    try {
      await ground.ok(["image", "export", "tiny", `${files}.tar.gz`]);
      await sh(
        `mkdir '${files}' && tar -C '${files}' -xf '${files}.tar.gz' && ` +
          `head -c 30M /dev/urandom >'${files}/rootfs/large' && tar -C '${files}' -cf '${files}.tar' .`,
      );
      await ground.ok(["image", "import", "--alias", name, `${files}.tar`]);
      await ground.ok(["query", "-X", "POST", "-d", JSON.stringify({ name: project }), "/1.0/projects"]);
      await using pane = await Pane.open(ground, { columns: 100 });
      await pane.begin(`lxops image copy --project ${project} far:${name}`);
      const seen = await pane.until(/^[|/\\-] .* left /m);
      assertMatch(seen, /^[|/\\-] .* {2}\d+\.\dMiB of 3\d\.\dMiB, \d+\.\dMiB\/s, \d+ s left +\d\.\d s$/m);
      await pane.resize(50);
      await pane.until(/^[|/\\-] .{47}$/m);
      const ended = await pane.ended();
      assertMatch(ended, /\nexit 0\n/);
      assert(!/^[|/\\-] /m.test(ended), ended);
    } finally {
      await ground.run(["image", "delete", "--project", project, "--unnamed"]);
      for (const one of await ground.get(`/1.0/images?project=${project}`) ?? []) {
        await ground.run(["query", "-X", "DELETE", `${one.replace(/\?.*/, "")}?project=${project}`]);
      }
      await ground.run(["query", "-X", "DELETE", `/1.0/projects/${project}`]);
      await ground.run(["image", "delete", name]);
    }
  },
);

/** A program that asks as sudo does where it remembers no password; what is typed does not matter. */
const SUDO = `#!/bin/sh
if [ "$1" = -n ]; then echo "sudo: a password is required" >&2; exit 1; fi
stty -echo </dev/tty
printf '[sudo] password for anna: ' >/dev/tty
read -r password </dev/tty
stty echo </dev/tty
echo >/dev/tty
[ "$1" != -v ] || exit 0
shift
exec "$@"
`;

/** A shell without the id of root, but with what root may do to files, which has that program. */
const AS_ANNA = `
mount -t tmpfs tmpfs /usr/local/sbin && cp "$1/sudo" /usr/local/sbin/ && chmod 755 /usr/local/sbin/sudo && shift
caps=+chown,+dac_override,+fowner,+setgid,+setuid,+sys_admin
exec setpriv --reuid=64321 --clear-groups --inh-caps=-all,$caps --ambient-caps=-all,$caps -- "$@"
`;

inTurn(
  "each question of sudo for a password has a line of its own",
  ["directory", "built programs"],
  async (ground) => {
    const name = ground.name();
    await ground.write("sudo", SUDO);
    await ground.write("a.yaml", plainConfig());
    await sh(`chown -R 64321 '${ground.dir}'`);
    const before = ["unshare", "--mount", "sh", "-c", AS_ANNA, "sh", ground.dir];
    await using pane = await Pane.open(ground, { columns: 80, before });
    await pane.begin(`lxops launch -name ${name} a.yaml`);
    let screen = "";
    for (let asked = 1; !/^exit \d/m.test(screen); asked++) {
      const question = `(^\\[sudo\\] password for anna:[^]*){${asked}}`;
      screen = await pane.until(new RegExp(`^exit \\d|${question}`, "m"));
      await pane.type("secret", "Enter");
    }
    assertMatch(screen, /^exit 0$/m);
    const questions = screen.split("\n").filter((line) => line.includes("[sudo]"));
    assert(questions.length > 1, screen);
    assertEquals(questions.filter((line) => line !== "[sudo] password for anna:"), []);
  },
);
