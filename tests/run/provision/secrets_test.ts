/** Tests of the sources of secrets, with a launcher that answers like programs. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError } from "../../../lib/base/errors.ts";
import type { Launcher, UserAnswer, UserProgram } from "../../../lib/ports/launcher.ts";
import type { Target } from "../../../lib/plan/world.ts";
import { readSecrets } from "../../../lib/run/provision/secrets.ts";
import { loadTargets } from "../../../lib/run/targets/targets.ts";
import { memoryHost } from "../../fakes/memory_host.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (content: string) => new TextEncoder().encode(content);

async function read(secrets: string, answer: (program: UserProgram) => Partial<UserAnswer>) {
  const asked: string[] = [];
  const launcher: Launcher = {
    environment: () => Promise.resolve(new Map([["TOKEN", "t0"]])),
    find: (name) =>
      Promise.resolve(
        name === "none"
          ? { problem: "there is none" }
          : { path: name.startsWith("/") ? name : `/usr/bin/${name}` },
      ),
    exposure: (path) => Promise.resolve(path === "/c/d/open" ? "everybody can write to it" : undefined),
    run: () => Promise.reject(new Error("nothing is run")),
    answer: (program) => {
      asked.push(`${program.directory}: ${[program.path, ...program.args].join(" ")}`);
      return Promise.resolve({ code: 0, stdout: new Uint8Array(), stderr: "", ...answer(program) });
    },
  };
  const files = {
    "/c/d/a.yaml": `#lxops-v1\nimage: tiny\nsecrets: ${secrets}\n`,
    "/c/d/s": "of file\n",
    "/c/d/open": "x",
  };
  const host = { ...memoryHost({ cwd: "/c", files }), launcher: () => Promise.resolve(launcher) };
  const { targets } = await loadTargets(
    ["d/a.yaml"],
    { sets: [], name: "", project: "", strict: false },
    host,
  );
  const found = await readSecrets(targets[0] as Target, host);
  return { asked, values: found.secrets.map(({ name, content }) => `${name}=${text(content)}`) };
}

Deno.test("secrets come from files, variables, sops, age and commands", async () => {
  const { asked, values } = await read(
    "{f: s, e: {env: TOKEN}, y: {sops: x.yaml, key: db.password}, n: {sops: x.yaml, key: n}, " +
      "w: {sops: x.yaml}, a: {age: k.age, identity: id}, c: {command: [pass, show, db]}, p: {command: [./p.sh]}}",
    ({ path, args }) => ({
      stdout: bytes(
        path !== "/usr/bin/sops"
          ? `${path} printed\n`
          : args.includes("json")
          ? '{"db": {"password": "pw"}, "n": 5}'
          : "db:\n  password: pw\n",
      ),
    }),
  );
  assertEquals(values, [
    "f=of file\n",
    "e=t0",
    "y=pw",
    "n=5",
    "w=db:\n  password: pw\n",
    "a=/usr/bin/age printed\n",
    "c=/usr/bin/pass printed",
    "p=/c/d/p.sh printed",
  ]);
  assertEquals(
    asked,
    [
      "/c/d: /usr/bin/sops --decrypt --output-type json /c/d/x.yaml",
      "/c/d: /usr/bin/sops --decrypt --output-type json /c/d/x.yaml",
      "/c/d: /usr/bin/sops --decrypt /c/d/x.yaml",
      "/c/d: /usr/bin/age --decrypt -i /c/d/id /c/d/k.age",
      "/c/d: /usr/bin/pass show db",
      "/c/d: /c/d/p.sh",
    ].sort((a, b) => asked.indexOf(a) - asked.indexOf(b)),
  );
});

Deno.test("an error says what failed, at its line, and has no value", async () => {
  const failing = async (secrets: string, answer: Partial<UserAnswer> = {}) => {
    const error = await assertRejects(() => read(secrets, () => answer), ConfigError);
    assertEquals(error.message.includes("canary"), false);
    assertStringIncludes(error.message, "d/a.yaml:3:");
    return error.message;
  };
  const stdout = bytes("canary");
  assertStringIncludes(await failing("{a: {env: NONE}}"), `the variable "NONE" is not set`);
  assertStringIncludes(await failing("{a: {command: [none]}}"), `"none" cannot be run: there is none`);
  assertStringIncludes(
    await failing("{a: {command: [x]}}", { code: 2, stdout, stderr: "it is\nlocked\n" }),
    `"x" failed with exit code 2: it is; locked`,
  );
  assertStringIncludes(
    await failing("{a: {command: [x]}}", { isTooLong: true, stdout }),
    "prints more than 1 MiB",
  );
  assertStringIncludes(await failing("{a: {sops: x, key: a.b}}", { stdout }), "sops did not print JSON");
  assertStringIncludes(
    await failing("{a: {sops: x, key: a.b}}", { stdout: bytes('{"a": "canary"}') }),
    `has no key "a.b"`,
  );
  assertStringIncludes(await failing("{a: nothing}"), `there is no file "/c/d/nothing"`);
});

Deno.test("a secret is not read from a file that others can change", async () => {
  const error = await assertRejects(() => read("{f: open}", () => ({})), ConfigError);
  assertStringIncludes(error.message, 'others can change "/c/d/open": everybody can write to it');
});
