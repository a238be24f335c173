/** Fifty lines that newcomers type, and what lxops answers: no word that other programs have ends in a bare refusal. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { typed } from "./scene.ts";

/** Lines, the exit code, and what is in the answer; behind it, what lxops answered before, where it was another. */
const LINES: readonly (readonly [line: string, code: number, now: RegExp, before?: string])[] = [
  ["", 0, /Everyday:\n/, "31 commands in one list"],
  ["--help", 0, /Images, pools and CI:\n/, "31 commands in one list"],
  ["-h", 0, /lxops --help +All commands/, "the same as --help"],
  ["help", 0, /Everyday:\n/],
  ["--version", 0, /^lxops for /, "no flag"],
  ["-v", 0, /^lxops for /, "the help"],
  ["-V", 0, /^lxops for /, "no flag"],
  ["version", 0, /^lxops for /],
  ["web.yaml", 2, /"web\.yaml" is a file, and no command\n.*lxops up web\.yaml/, "no command"],
  ["hello/", 2, /"hello\/" is a directory, and no command\n.*hello\/hello\.yaml/, "no command"],
  ["shop", 2, /"shop" is a directory, and no command\n.*lxops up shop/, "no command"],
  ["missing.yaml", 2, /a file that does not exist, and no command\n.*lxops up missing\.yaml/, "no command"],
  ["web", 2, /"web" is an instance, and no command\n.*lxops shell web/, "no command"],
  ["ls", 2, /see: lxops ps\n/, "no command"],
  ["list", 2, /see: lxops ps\n/, "no command"],
  ["status", 10, /it does not exist/, "no command"],
  ["validate web.yaml", 2, /see: lxops i verify FILE\n/, "no command"],
  [
    "lint web.yaml",
    2,
    /see: lxops i verify FILE; of a cloud-config file: lxops cloudconfig lint/,
    "no command",
  ],
  ["diff web.yaml", 2, /see: lxops plan FILE\n/, "no command"],
  ["apply web.yaml", 2, /see: lxops up FILE\n/, "lxops launch creates instances, ..."],
  ["deploy web.yaml", 2, /see: lxops up FILE\n/, "no command"],
  [
    "remove web",
    2,
    /see: lxops down deletes instances and keeps data; lxops destroy deletes data/,
    "lxops down",
  ],
  ["rm web", 2, /see: lxops down deletes instances and keeps data/, "lxops down"],
  ["ssh web", 2, /see: lxops shell\n/],
  ["bash web", 2, /see: lxops shell NAME\n/, "no command"],
  ["enter web", 2, /see: lxops shell NAME\n/, "no command"],
  ["build web.yaml", 2, /see: lxops image build/, "lxops launch and lxops publish"],
  ["backup web.yaml", 2, /see: lxops export FILE, or lxops snapshot FILE\n/, "no command"],
  ["restore web.yaml", 2, /see: lxops rollback/, "no command"],
  ["undo web.yaml", 2, /see: lxops rollback/, "no command"],
  ["update web.yaml", 2, /see: lxops up FILE; with a new image: lxops up --rebuild FILE/, "no command"],
  ["images", 2, /see: lxops image list\n/],
  ["search alpine", 2, /see: lxops image list images:WORD\n/, "no command"],
  ["inspect web", 2, /see: lxops instance info NAME/],
  ["hwaddr web", 2, /see: lxops instance hwaddr\n/, "no command"],
  ["instance ls", 2, /did you mean "list"\?/, "no command"],
  ["image rm x", 2, /did you mean "delete"\?/, "no command"],
  ["profile ls", 2, /did you mean "list"\?/, "no command"],
  ["lunch web.yaml", 2, /did you mean "launch"\?/],
  ["help lunch", 2, /There is no help on "lunch"; did you mean "launch"\?/],
  ["help validate", 2, /There is no help on "validate"; see: lxops i verify FILE/, "no help"],
  ["help ports", 2, /There is no help on "ports"; did you mean "port"\?/],
  ["help concepts", 0, /^Concepts\n/, "no help"],
  ["help tutorial", 0, /lxops init web/, "no help"],
  ["launch", 2, /Name one or more configuration files: lxops launch FILE/, "needs FILE..."],
  ["launch -h", 0, /\nMore: lxops launch --help\n/, "43 lines"],
  ["launch --dryrun web.yaml", 2, /did you mean "--dry-run"\?/, 'did you mean "dry-run"?'],
  ["launch web", 3, /did you mean "web\.yaml"\?/, "No such file"],
  ["launch wbe.yaml", 3, /did you mean "web\.yaml"\?/, "No such file"],
  ["delete nosuch", 3, /nosuch: There is no such file, and no instance of this name/, "No such file"],
  [
    "run --nesting alpine ls",
    125,
    /lxops: run: There is no image "alpine"; .* image list images:alpine\n/,
    "run:2:2 image: There is no image",
  ],
  [
    "run -p 80:80 tiny ls",
    125,
    /-p takes the name of a profile, not "80:80"\n/,
    "run:2:29 profiles.0: There is no profile",
  ],
  [
    "create nginx:latest x",
    3,
    /create: Unknown image remote "nginx".* as images:debian\/13\n/,
    "create:2:2 image:",
  ],
  [
    "run -v /a:/b tiny ls",
    2,
    /has no flag "-v"\n {2}A directory of this machine in the instance: --mount SRC:DST\n/,
    'did you mean "--vm"?',
  ],
  ["run -d tiny ls", 2, /An instance that stays: lxops create --start IMAGE NAME/, "no flag"],
  ["image build -t x web.yaml", 2, /The name of the image: --alias NAME\n/, "no flag"],
  ["up -f web.yaml", 2, /Files are operands, without a flag\n/, "no flag"],
  ["rebuild --image tiny2 web.yaml", 2, /Another image for this run: --set image=IMAGE\n/, "no flag"],
  ["init --image tiny web", 2, /lxops init --from IMAGE DIR\n/, "no flag"],
  ["ps --filter state=running", 2, /Name the instances: lxops ps NAME/, "no flag"],
  ["rebuild --yes web.yaml", 2, /This command asks nothing; --plan shows what it would do\n/, "no flag"],
  ["destroy --yes web.yaml", 2, /Without the question: -y\n/, "no flag"],
  ["ps -o json", 2, /Results for programs: --json\n/, "no flag"],
  [
    "top --dry-run web",
    0,
    /web -- \/bin\/sh -c 'eval "\$LXOPS_PROCESSES"'/,
    "a list with its own script in it",
  ],
  ["config set web a=b", 2, /see: lxops instance set NAME KEY=VALUE/, "no command"],
  [
    "config web.yaml",
    2,
    /"web\.yaml" is a file or a directory, .*\n.*lxops config COMMAND web\.yaml, with .*print/,
    "no command",
  ],
  ["rehearse web.yaml", 2, /lxops rehearse COMMAND web\.yaml, with rebuild, up, clean\n/, "no command"],
  ["instance delete web", 2, /see: lxops down NAME keeps data/, "no command"],
  ["profile show default", 2, /see: lxops query \/1\.0\/profiles\/NAME/, "no command"],
  ["network list", 2, /see: the network is that of a profile/, "no command"],
  ["monitor", 2, /see: lxops logs -f NAME/, "no command"],
  ["help compose", 2, /There is no help on "compose"; see: lxops help directory\n/, "leave the word out"],
  ["help volumes", 2, /see: lxops help data\n/, "lxops i filesystems -l FILE"],
  ["help yaml", 2, /see: lxops help config\n/, "There is no help"],
  [
    "rename --force web.yaml other --dry-run",
    0,
    /"web\.yaml" still means "web"; from now on add --name other, or rename/,
    "no note",
  ],
  [
    "launch --plan home.yaml",
    3,
    /"~\/data" is no dataset: write a directory as an absolute path/,
    'must not contain "~"',
  ],
  ["migrate check .", 3, /off\.yaml: /, "it is a directory, not a file, and exit code 1"],
  ["migrate check hello", 0, /hello\/hello\.yaml: /, "it is a directory, not a file, and exit code 1"],
  ["rebuild --plan web", 10, /\+ Create instance web-lxops-new-/, "web: No such file"],
  ["check web", 0, /The configuration of "web" has no checks/, "web: No such file"],
  ["snapshot -s a --plan web", 10, /\/srv\/web@a/, "web: No such file"],
  ["snapshot list web", 0, /^INSTANCE/, "web: No such file"],
  ["export --plan -d out web", 10, /Pack \/srv\/web/, "web: No such file"],
  ["rename web shop", 9, /Cannot rename instance "web": it is running/, "web: No such file"],
  ["delete web", 9, /Cannot delete instance "web": it is running/, "web: No such file"],
  ["profile diff web", 0, /^/, "web: No such file"],
  ["delete off", 9, /Cannot find the configuration of instance "off"/, "off: No such file"],
  ["rebuild wbe", 3, /wbe: There is no such file, and no instance of this name; did you mean "web\.yaml"\?/],
  ["up --name foo web", 2, /--name foo can be used only with a configuration file/, "web: up to date"],
  ["rebuild --name foo web", 2, /--name foo can be used only with a configuration file/],
  ["snapshot web s1", 3, /The name of a snapshot is a flag: lxops snapshot -s s1 FILE\n/, "No such file"],
  ["rollback web s1", 2, /The form is: lxops rollback -s s1 web\n/, "needs the name of a snapshot: -s NAME"],
  ["rebuild", 2, /For all containers of the directories below this one: lxops rebuild \.\n/, "needs FILE..."],
  ["snapshot list", 2, /lxops snapshot list FILE/, "list: No such file"],
  ["profile export defualt", 7, /There is no profile "defualt"; did you mean "default"\?/],
  ["image show tinny", 7, /There is no image "tinny"; did you mean "tiny"\?/, 'it has "tiny"'],
];

for (const [line, code, now] of LINES) {
  Deno.test(`"lxops ${line}" gets an answer that goes on`, async () => {
    const outcome = await typed(line);
    const text = outcome.stdout + outcome.stderr;
    assertEquals(outcome.code, code, text);
    assertMatch(text, now);
  });
}

for (const line of ["launch", "launch .", "up"]) {
  Deno.test(`"lxops ${line}" in the directory of a container means that container`, async () => {
    const outcome = await typed(`${line} --plan`, "well", "/c/shop");
    assertMatch(outcome.stdout, /^shop:\n/, outcome.stderr);
    assertEquals(outcome.code, 10);
  });
}

for (
  const line of [
    "rebuild",
    "configure",
    "check",
    "shell --dry-run",
    "top --dry-run",
    "export",
    "snapshot -s a",
  ]
) {
  Deno.test(`"lxops ${line}" in the directory of a container does not ask for an operand`, async () => {
    const outcome = await typed(line, "well", "/c/shop");
    assert(!outcome.stderr.includes("needs") && !outcome.stderr.includes("Name one or more"), outcome.stderr);
    assertMatch(outcome.stdout + outcome.stderr, /shop|terminal|no filesystems/);
  });
}

for (const line of ["delete", "destroy", "rollback -s a"]) {
  Deno.test(`"lxops ${line}" asks for an operand also in the directory of a container`, async () => {
    const outcome = await typed(line, "well", "/c/shop");
    assertEquals(outcome.code, 2, outcome.stderr);
    assertMatch(outcome.stderr, /Name one or more configuration files/);
  });
}

Deno.test("up in a directory without lxops.yaml names a file that is there", async () => {
  const outcome = await typed("up", "well", "/c/hello");
  assertEquals(outcome.code, 2);
  assertMatch(outcome.stderr, /Name a file in it: hello\.yaml\n/);
});

Deno.test("there are fifty lines and more, each once", () => {
  assertEquals(LINES.length >= 50, true);
  assertEquals(new Set(LINES.map(([line]) => line)).size, LINES.length);
});
