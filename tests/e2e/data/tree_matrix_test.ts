/**
 * Every command that changes files of the host, against each kind of thing that may lie in the way: nothing outside is
 * read or changed, nothing is lost, and what is refused is refused before the first change, with its path and a cure.
 */
import { assert, assertEquals } from "@std/assert";
import type { AnyCommand, LeafCommand } from "../../../lib/cli/command/command.ts";
import { allCommands } from "../../../lib/cli/commands.ts";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { isWhole, sample } from "../../support/sample.ts";
import { base, config, type End, GROUPS, type Kind, KINDS, OTHERS, type Row, ROWS } from "./tree_rows.ts";
import { sh } from "../support/trees.ts";

const commands = await allCommands();

function leaves(command: AnyCommand, path: readonly string[] = []): [string, LeafCommand][] {
  if (command.kind === "command") return [[path.join(" "), command]];
  const own: [string, LeafCommand][] = command.own ? [[path.join(" "), command.own]] : [];
  return [...own, ...command.commands.flatMap((one) => leaves(one, [...path, one.name]))];
}

Deno.test("every command that changes something has a row, or a reason why it needs none", () => {
  const changing = leaves(commands).filter(([, { flags }]) => "dry-run" in flags).map(([name]) => name);
  const known = (name: string) =>
    ROWS[name] ?? OTHERS[name] ?? (name.includes(" ") ? GROUPS[name.split(" ")[0]!] : "");
  assertEquals(changing.filter((name) => !known(name)), []);
  assertEquals([...Object.keys(ROWS), ...Object.keys(OTHERS)].filter((name) => !changing.includes(name)), []);
});

/** A cell of the matrix, with its paths. */
interface Cell {
  readonly name: string;
  readonly kind: Kind;
  readonly command: string;
  readonly row: Row;
  readonly end: End;
  /** Directory around the trees of the kind. */
  readonly around: string;
  readonly tree: string;
  /** A directory outside, which must stay unchanged. */
  readonly outside: string;
  readonly place: string;
}

const KEPT = "cat db/keep 2>/dev/null || cat kept";

/** Makes the tree of a cell with what is in the way; the script that takes that away again comes first. */
function setUp({ kind, tree, outside, place, around, name }: Cell): { make: string; end: string } {
  const make = `
    mkdir -p '${tree}/db/place' '${tree}@s1/db/place' '${outside}'
    echo kept >'${tree}/db/keep'; echo kept >'${tree}/kept'; echo kept >'${tree}@s1/db/keep'
    echo precious >'${outside}/photo'; chown -R 7:7 '${outside}'; chown 1000000:1000000 '${tree}' '${tree}/db'`;
  const dataset = `${places.pool}/${name}`;
  const swap = `rm -r '${tree}/db'`;
  const ways: Record<Kind, { make: string; end: string }> = {
    bind: { make: `mount --bind '${outside}' '${place}'`, end: `umount '${place}'` },
    tmpfs: {
      make: `mount -t tmpfs tmpfs '${place}'; echo precious >'${place}/photo'`,
      end: `umount '${place}'`,
    },
    dataset: {
      make: `zfs create -o mountpoint='${place}' '${dataset}'; echo precious >'${place}/photo'`,
      end: `n=0; until zfs destroy '${dataset}'; do n=$((n + 1)); [ $n -lt 600 ]; sleep 0.1; done`,
    },
    device: { make: ":", end: ":" },
    link: { make: `${swap}; ln -s '${outside}' '${tree}/db'`, end: ":" },
    fifo: { make: `${swap}; mkfifo '${tree}/db'`, end: ":" },
    full: {
      make: `dd if=/dev/zero of='${around}/filler' bs=4k 2>/dev/null || true`,
      end: `rm -f '${around}/filler'`,
    },
    readonly: { make: `mount -o remount,ro '${around}'`, end: `mount -o remount,rw '${around}'` },
  };
  return { make: `${make}\n${ways[kind].make}`, end: ways[kind].end };
}

async function tryCell(ground: Ground, cell: Cell, out: string): Promise<void> {
  const { kind, command, row, end, outside, tree, place, around, name } = cell;
  const what = `${command} with ${kind}`;
  const { make, end: unmake } = setUp(cell);
  await sh(make);
  const before = await look(cell);
  try {
    const { code, stderr } = await ground.run(row.args({ name, tree, out }));
    assertEquals(
      code === 0 ? "works" : didSomething(stderr) ? "fails" : "refused",
      end,
      `${what}:\n${stderr}`,
    );
    assertEquals(
      await sh(`cat '${outside}/photo'; stat -c %u:%g '${outside}' '${outside}/photo'`),
      "precious\n7:7\n7:7\n",
      what,
    );
    if (["bind", "tmpfs", "dataset"].includes(kind)) {
      assertEquals(await sh(`cat '${place}/photo'`), "precious\n", what);
    }
    if (code !== 0) {
      assertEquals(await look(cell), before, `${what} changed something`);
      assert(stderr.includes(around), `${what} names no path:\n${stderr}`);
      if (end === "refused") {
        assert(
          /\n {2}\S|lxops does not follow it|not a directory/.test(stderr),
          `${what}: no cure:\n${stderr}`,
        );
      }
    } else if (!row.takes) {
      assertEquals(await sh(`cd '${tree}'; ${KEPT}`), "kept\n", `${what} lost something`);
    }
  } finally {
    await sh(unmake);
    await sh(`rm -rf '${around}'/'${name}'*`);
  }
}

/** Lists everything with its owners. A failed command may leave a part of a new instance, but no part of a copy. */
async function look({ around, name, end }: Cell): Promise<string> {
  const text = await sh(`find '${around}'/'${name}'* -printf '%p %y %s %U:%G\\n' | sort`);
  const isNew = (line: string) => /^[nc][ /]/.test(line.slice(`${around}/${name}`.length));
  return text.split("\n").filter((line) => end !== "fails" || !isNew(line) || line.includes(".partial")).join(
    "\n",
  );
}

function didSomething(stderr: string): boolean {
  return / \([0-9.]+ s\)|FAILED|failed with exit code/.test(stderr);
}

inTurn(
  "no file in the way of a command is lost, changed or followed",
  ["directory", "pool"],
  async (ground) => {
    const at = base(ground.id);
    const out = `${ground.dir}/out`;
    const small = { full: "size=256k", readonly: "size=1m" } as const;
    await sh(`mkdir -p '${at}/plain' '${at}/full' '${at}/readonly'`);
    for (const [kind, size] of Object.entries(small)) {
      await sh(
        `mount -t tmpfs -o ${size} tmpfs '${at}/${kind}'`,
      );
    }
    try {
      const cells = Object.entries(ROWS).flatMap(([command, row], line) =>
        KINDS.map((kind, column): Cell => {
          const around = `${at}/${kind in small ? kind : "plain"}`;
          const name = `${ground.id}-${line}${column}`;
          const [tree, outside] = [`${around}/${name}`, `${at}/plain/${name}-outside`];
          return {
            name,
            kind,
            command,
            row,
            end: row.ends[kind],
            around,
            tree,
            outside,
            place: `${tree}/db/place`,
          };
        })
      );
      for (const kind of ["plain", "full", "readonly"]) {
        await Deno.mkdir(`${ground.dir}/${kind}`, { recursive: true });
      }
      await sh(
        `mkdir -p '${at}/plain/x/db'; echo kept >'${at}/plain/x/db/keep'; echo kept >'${at}/plain/x/kept'`,
      );
      await ground.write("t.yaml", config(`${at}/plain`));
      await ground.ok(["export", "-d", out, "-name", "x", "t.yaml"]);
      // A half is for each daemon, as what is looked at is the same for both; a run takes a half of that. Its bit is not
      // that of `inTurn()`, so that all are taken.
      const half = (sample() >>> 1) % 2;
      const mine = cells.filter((_, index) => {
        const at = index + Math.floor(index / KINDS.length);
        return at % 2 === (ground.daemon.title === "LXD" ? 1 : 0) && (isWhole() || (at >> 1) % 2 === half);
      });
      const failures: string[] = [];
      for (const cell of mine) {
        const where = cell.around;
        await ground.write("t.yaml", config(where));
        await ground.write(
          "more.yaml",
          config(where, "  new: {path: /srv/new, filesystem: data, dir: a/b}\n"),
        );
        await ground.write(
          "template.yaml",
          `${config(`${where}`)}device-template: (from)\n`,
        );
        const profile = `${ground.id}.user`;
        if (cell.kind === "device") {
          const disk = { type: "disk", path: "/x", source: cell.place };
          await sh(`mkdir -p '${cell.place}'`);
          await ground.ok([
            "query",
            "-X",
            "POST",
            "-d",
            JSON.stringify({ name: profile, devices: { x: disk } }),
            "/1.0/profiles",
          ]);
        }
        try {
          await tryCell(ground, cell, out);
        } catch (error) {
          failures.push(String(error));
        } finally {
          if (cell.kind === "device") await ground.ok(["query", "-X", "DELETE", `/1.0/profiles/${profile}`]);
          if (cell.command === "launch") {
            ground.name(`-${cell.name.split("-")[1]}n`);
            await ground.run(["delete", "--force", "-name", `${cell.name}n`, "template.yaml"]);
          }
        }
      }
      assertEquals(failures.join("\n"), "");
    } finally {
      for (const kind of Object.keys(small)) await sh(`umount '${at}/${kind}' || true`);
    }
  },
);
