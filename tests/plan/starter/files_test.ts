/** The files of a new directory: what is read again is what was written. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseDotenv } from "../../../lib/dotenv/parse.ts";
import { envValue } from "../../../lib/plan/starter/files.ts";
import { Random } from "../../config/random.ts";
import { init, verify } from "../../support/started.ts";

Deno.test("init: any value of .env is read again as the same one", () => {
  const random = new Random(4);
  const parts = [
    "'",
    '"',
    "\\",
    "$",
    "${A}",
    "$B",
    "$$",
    "\n",
    "\r",
    "`x`",
    "$(x)",
    " ",
    "#",
    "a",
    "=",
    "\t",
    "\\n",
    "\u00e9",
  ];
  for (let round = 0; round < 2000; round++) {
    const value = Array.from({ length: 1 + random.below(6) }, () => random.pick(parts)).join("");
    const { values, issues } = parseDotenv(".env", `A=${envValue(value)}\nZ=1\n`);
    const wrong = issues.filter(({ severity }) => severity === "error");
    assertEquals([values.get("A"), values.get("Z"), wrong], [value, "1", []], JSON.stringify(value));
  }
});

Deno.test("init: without a source, a directory has everything and passes every check", async () => {
  const { code, stderr, stdout, texts, written } = await init(["web"]);
  assertEquals(
    [code, stdout],
    [0, "Look through web/lxops.yaml, then launch it:\n  lxops up ./web\n"],
    stderr,
  );
  assertEquals(Object.entries(written).map(([path, { mode }]) => [path, mode.toString(8)]), [
    ["/c/web/lxops.yaml", "644"],
    ["/c/web/bootstrap.sh", "755"],
    ["/c/web/cloud-config/main.cfg", "644"],
    ["/c/web/conf/.gitkeep", "644"],
    ["/c/web/bin/.gitkeep", "644"],
    ["/c/web/.gitignore", "644"],
    ["/c/web/.env.example", "644"],
  ]);
  for (const line of ["/.env", "/data", "/volumes", "/secrets"]) {
    assertStringIncludes(texts["/c/web/.gitignore"]!, `${line}\n`);
  }
  assertEquals((await verify(texts)).stdout, "web\n");
});

Deno.test("init: a directory whose name no instance can have gets a name", async () => {
  const { texts } = await init(["my_app.d"]);
  assertStringIncludes(texts["/c/my_app.d/lxops.yaml"]!, "\nname: my-app-d\n");
  assertEquals((await verify(texts)).stdout, "my-app-d\n");
});

Deno.test("init: existing files stay, and an existing configuration is refused", async () => {
  const files = {
    "/c/web/.gitignore": "*.log\n/.env\ndata/\n",
    "/c/web/conf/mine": "x\n",
    "/c/web/README.md": "x\n",
  };
  const { code, stderr, written } = await init(["web"], files);
  assertEquals(code, 0, stderr);
  assertEquals(Object.keys(written).map((path) => path.slice("/c/web/".length)), [
    ...[".gitignore", "lxops.yaml", "bootstrap.sh", "cloud-config/main.cfg", "bin/.gitkeep", ".env.example"],
  ]);
  assertStringIncludes(
    stderr,
    "web/lxops.yaml: warning: Added to the existing .gitignore: /volumes /secrets",
  );
  assertEquals(written["/c/web/.gitignore"], {
    text: "*.log\n/.env\ndata/\n/volumes\n/secrets\n",
    mode: 0o600,
  });
  const taken = await init(["web"], { "/c/web/lxops.yaml": "#lxops-v1\n" });
  assertEquals([taken.code, taken.written], [8, {}]);
  assertStringIncludes(taken.stderr, "Cannot write the files of web: web/lxops.yaml exists already");
  const file = await init(["web"], { "/c/web": "x" });
  assertEquals([file.code, file.stderr.includes("web is no directory")], [8, true]);
});

Deno.test("init: where a file cannot be written, all that this run wrote is removed", async () => {
  const removed: string[] = [];
  const full = { at: "/c/web/bin/.gitkeep", removed };
  const { code, stderr } = await init(["web"], { "/c/web/mine": "x" }, {}, full);
  assertEquals(code, 9, stderr);
  assertEquals(removed, [
    "/c/web/bin/.gitkeep and directory",
    "/c/web/conf/.gitkeep and directory",
    "/c/web/cloud-config/main.cfg and directory",
    "/c/web/bootstrap.sh",
    "/c/web/lxops.yaml",
  ]);
  assertStringIncludes(stderr, "Write web/bin/.gitkeep: No space left on device");
  assertStringIncludes(stderr, "What this run had written was removed");
});

Deno.test("init: a name that keeps less than half of its letters is refused", async () => {
  const { code, stderr, written } = await init(["\u30b5\u30fc\u30d0a"]);
  assertEquals([code, written], [2, {}]);
  assertStringIncludes(stderr, "cannot become the name of an instance");
  const compose = { "/c/compose.yaml": "services: {\u0434\u0432\u0430b: {image: x}, ok: {image: x}}\n" };
  const other = await init(["--from", "compose.yaml", "out"], compose);
  assertEquals([other.code, other.written], [3, {}]);
  assertStringIncludes(other.stderr, "This name cannot become the name of an instance: rename the service");
});

Deno.test("init: no .env is written where git would take it", async () => {
  const compose = { "/c/compose.yaml": "services: {a: {image: x, environment: {A: b}}}\n" };
  const back = await init(["--from", "compose.yaml", "web"], {
    ...compose,
    "/c/web/.gitignore": "/.env\n!.env",
  });
  assertEquals(
    back.written["/c/web/.gitignore"]?.text,
    "/.env\n!.env\n/.env\n/data\n/volumes\n/secrets\n",
  );
  const paths = Object.keys(back.written);
  assert(paths.indexOf("/c/web/.gitignore") < paths.indexOf("/c/web/.env"), paths.join());
  const odd = await init(["--from", "compose.yaml", "web"], { ...compose, "/c/web/.gitignore/x": "" });
  assertEquals([odd.code, odd.written], [8, {}]);
  assertStringIncludes(odd.stderr, "web/.gitignore is no file that git and lxops read");
});

Deno.test("init: an image of a server tells its system, and a text that is no name of an image is refused", async () => {
  const debian = await init(["--from", "images:debian/13", "web"]);
  assertStringIncludes(debian.texts["/c/web/lxops.yaml"]!, "ostype: debian\n", debian.stderr);
  assertStringIncludes(debian.texts["/c/web/bootstrap.sh"]!, "apt-get install -y nginx");
  const hostile = await init(["--from", "images:a(b)", "web"]);
  assertEquals([hostile.code, hostile.written], [2, {}]);
});

Deno.test("init: texts of the daemon about an image or an instance end no comment and no text", async () => {
  const description = "x\nimage: other\n\x1b[31m${A} (b)\u2028image: c";
  const images = [{ aliases: ["odd"], properties: { os: "Alpine", description } }];
  const { texts } = await init(["--from", "odd", "web"], {}, { images });
  const text = texts["/c/web/lxops.yaml"]!;
  assertEquals(text.match(/^image: .*$/mg), ["image: odd"]);
  // deno-lint-ignore no-control-regex
  assert(!/[\x1b\u2028]/.test(text), text);
  assertEquals((await verify(texts)).code, 0);
});

Deno.test("init --json lists the written files, and a dry run shows no secret", async () => {
  const { stdout } = await init(["--json", "web"]);
  const { directories, next } = JSON.parse(stdout);
  assertEquals([directories[0].directory, directories[0].written[0], next], [
    "web",
    "web/lxops.yaml",
    "lxops-incus up ./web",
  ]);
  const files = { "/c/compose.yaml": "services: {a: {image: x, environment: {PASSWORD: canary-canary}}}\n" };
  const dry = await init(["--from", "compose.yaml", "--dry-run", "web"], files);
  assertEquals(dry.written, {});
  assertStringIncludes(
    dry.stdout,
    "[ ! -e /c/web/.env ] && [ ! -L /c/web/.env ] || exit 1; install -D -m 600",
  );
  assert(!dry.stdout.includes("canary"), dry.stdout);
});
