/**
 * The messages that stopped newcomers: the numbers are those of a record of four first afternoons, `before` is what lxops
 * said then. Those of the daemon's own words are provoked on real ones in tests/e2e/commands/newcomers_test.ts.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { doomedLines } from "../../../lib/cli/shared/lifecycle/doomed.ts";
import { type Fate, typed } from "./scene.ts";

interface Message {
  readonly number: number;
  readonly line: string;
  /** Absent: it was good already. */
  readonly before?: string;
  readonly now: RegExp;
  readonly code: number;
  readonly fate?: Fate;
}

const MESSAGES: readonly Message[] = [
  {
    number: 1,
    line: "ls",
    before: '"lxops" has no command "ls"',
    now: /"lxops" has no command "ls"; see: lxops ps\n/,
    code: 2,
  },
  { number: 2, line: "--version", before: '"lxops" has no flag "--version"', now: /^lxops for /, code: 0 },
  {
    number: 3,
    line: "launch --dryrun web.yaml",
    before: 'did you mean "dry-run"?',
    now: /"lxops launch" has no flag "--dryrun"; did you mean "--dry-run"\?/,
    code: 2,
  },
  {
    number: 4,
    line: "launch",
    before: '"lxops launch" needs FILE...',
    now: /Name one or more configuration files: lxops launch FILE\.\.\./,
    code: 2,
  },
  {
    number: 5,
    line: "launch web",
    before: "web: No such file",
    now: /^web: No such file; did you mean "web\.yaml"\?/,
    code: 3,
  },
  {
    number: 6,
    line: "launch hello",
    before: "hello: Cannot read it: Is a directory",
    now:
      /"hello" is a directory, and there is no lxops\.yaml in it or below it\n {2}Name a file in it: hello\/hello\.yaml/,
    code: 2,
  },
  {
    number: 7,
    line: "launch hello.cfg",
    now: /hello\.cfg:1:1: This is a cloud-config file; a configuration lists it in "cloud-config-files"/,
    code: 3,
  },
  {
    number: 8,
    line: "launch compose.yaml",
    before:
      'The first line must be "#lxops-v1" or "#lxdops", not "services:". For a file from before 2023, ...',
    now:
      /compose\.yaml:1:1: This looks like a Docker Compose file, which lxops does not read; "lxops init --from compose\.yaml DIR"/,
    code: 3,
  },
  {
    number: 8,
    line: "launch headless.yaml",
    before: "For a file from before 2023, ...",
    now: /The first line must be "#lxops-v1" or "#lxdops", not "image: tiny"; write "#lxops-v1" above it\n/,
    code: 3,
  },
  {
    number: 8,
    line: "launch oldest.yaml",
    now: /For a file from before 2023, without a header, use "config convert --from lxdops-old"/,
    code: 3,
  },
  {
    number: 9,
    line: "i verify typo.yaml",
    now: /typo\.yaml:2:1 imge: warning: Unknown key "imge" is ignored; did you mean "image"\?/,
    code: 0,
  },
  {
    number: 10,
    line: "launch noimage.yaml",
    before: 'noimage.yaml image: No image is given for instance "noimage"',
    now: /noimage\.yaml: No "image" is given for instance "noimage", nor an "origin" to copy/,
    code: 3,
  },
  {
    number: 11,
    line: "launch colon.yaml",
    before: "A command is text, or a list of a program and its arguments",
    now:
      /colon\.cfg:3:3 runcmd\.0: A colon with a blank behind it makes a map of this command: put quotes around/,
    code: 3,
  },
  {
    number: 12,
    line: "launch noslash.yaml",
    before: 'The machine has no ZFS pool "srv", in which "srv/data/noslash" is to be created',
    now:
      /noslash\.yaml:5:3 filesystems\.d: There is no ZFS pool "srv" for dataset "srv\/data\/noslash"; if a directory is meant, begin it with "\/"/,
    code: 3,
  },
  {
    number: 13,
    line: "launch badprof.yaml",
    before: 'The daemon has no profile "defualt"; it has default, ...',
    now: /badprof\.yaml:4:12 profiles\.0: There is no profile "defualt"; did you mean "default"\?/,
    code: 3,
  },
  {
    number: 14,
    line: "launch badimage.yaml",
    now: /badimage\.yaml:2:1 image: There is no image "tinny"; did you mean "tiny"\?/,
    code: 3,
  },
  {
    number: 15,
    line: "launch badremote.yaml",
    now: /badremote\.yaml:2:1 image: Unknown image remote "foo" in "foo:alpine"; known remotes: /,
    code: 3,
  },
  {
    number: 16,
    line: "launch web.yaml",
    before: "To put it on a new image: lxops rebuild, and the same flags and file",
    now:
      /it exists \(Running\)\n.*\n {2}To apply what changed in its files: lxops up web\.yaml\n {2}To give it a new root filesystem: lxops rebuild web\.yaml\n/,
    code: 8,
  },
  {
    number: 17,
    line: "configure off.yaml",
    before: 'Cannot configure instance "off": it is stopped (without the command that starts it)',
    now: /Cannot configure instance "off": it is stopped\n {2}Start it with: lxops instance start off\n/,
    code: 9,
  },
  {
    number: 18,
    line: "destroy new.yaml",
    before: "rc 4",
    now: /Nothing to destroy: there is no instance "new"/,
    code: 0,
  },
  {
    number: 23,
    line: "image list images:",
    before: 'Remote "images" (simplestreams) has images only; it runs no instances',
    now: /alpine\/3\.22/,
    code: 0,
  },
  {
    number: 24,
    line: "launch proc.yaml",
    before: 'Cannot look at "/proc/x/proc": Requires all access to "/proc/x/proc", which lxops does not have',
    now:
      /proc\.yaml:5:7 filesystems\.d\.pattern: "\/proc\/x\/proc": lxops makes nothing below \/proc, \/sys and \/dev/,
    code: 3,
  },
  {
    number: 26,
    line: "launch badlimit.yaml",
    before: "Invalid value: 4lots (POST /1.0/instances, status 400), without a place in the file",
    now: /Invalid value: 4lots.*\n(.*\n)?.*Configured at badlimit\.yaml:4:15 lxc-options\.0\n/,
    code: 4,
    fate: "refuses",
  },
  {
    number: 27,
    line: "launch cluster.yaml",
    before: 'Incus here is not a member of a cluster, so there is no "node2" to create an instance on',
    now:
      /This Incus is not in a cluster, so there is no member "node2"\n.*\n {2}Leave out "target" \(or --target\)\n/,
    code: 7,
  },
  {
    number: 29,
    line: "launch new.yaml db.yaml",
    before: "launch: 2 of 2 failed: new, db",
    now: /lxops: launch: interrupted; not finished: new, db\n/,
    code: 130,
    fate: "interrupted",
  },
  {
    number: 30,
    line: "launch --undo-on-failure badlimit.yaml",
    before: "To continue: run the same command again with --resume",
    now: /What this run did was taken back; nothing of it is left\n$/,
    code: 4,
    fate: "refuses",
  },
  {
    number: 33,
    line: "rollback -s nosuch web.yaml",
    before: 'There is no snapshot "/srv/web@nosuch"',
    now:
      /there is no snapshot "\/srv\/web@nosuch"\n.*\n {2}To list its snapshots: lxops snapshot list web\.yaml\n/,
    code: 7,
  },
  {
    number: 43,
    line: "export web.yaml new.yaml",
    before: '"lxops export" takes FILE, not "new.yaml"',
    now: /"lxops export" takes one file, and was given two: web\.yaml new\.yaml/,
    code: 2,
  },
  {
    number: 44,
    line: "launch absdir.yaml",
    now: /devices\.data: "\/nonexistent\/x" does not exist; lxops makes only what is in a filesystem/,
    code: 3,
  },
];

for (const { number, line, before, now, code, fate } of MESSAGES) {
  Deno.test(`message ${number}: "lxops ${line}" says what to do`, async () => {
    const outcome = await typed(line, fate);
    const notes = outcome.events.map((event) => event.kind === "note" ? `note: ${event.text}\n` : "").join(
      "",
    );
    const text = outcome.stdout + notes + outcome.stderr;
    assertEquals(outcome.code, code, text);
    assertMatch(text, now);
    if (before !== undefined) assert(!text.includes(`${before}\n`), "it says what it said before");
  });
}

Deno.test("message 32: the question of destroy names the instance, what runs, and every filesystem", () => {
  const ref = { project: "default", name: "web" };
  assertEquals(
    doomedLines([{
      instance: ref,
      steps: [
        { title: "Stop web", effect: { kind: "stop", instance: ref, seconds: 5 } },
        {
          title: "Delete instance web",
          effect: { kind: "send", method: "DELETE", path: "/1.0/instances/web" },
          removes: [{ kind: "instance", ...ref }],
        },
      ],
      notes: ["destroys directory /srv/web (16K)", "destroys snapshot /srv/web@s1"],
    }]),
    [
      "Will be destroyed:",
      "  instance web, which is running",
      "  directory /srv/web (16K)",
      "  snapshot /srv/web@s1",
    ],
  );
});

Deno.test("message 35: import says which filesystems the export has", async () => {
  const { code, stderr } = await typed("import -d export web.yaml");
  assertEquals(code, 7, stderr);
  assertMatch(stderr, /the export has no filesystem "d"; it has "www", of instance "shop"/);
});
