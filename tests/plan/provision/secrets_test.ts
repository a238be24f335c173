/** Deliveries of secrets: the script, run by a shell, and what tells that a secret differs. */
import { assert, assertEquals } from "@std/assert";
import {
  deliveryStep,
  deliverySteps,
  secretDifferences,
  type SecretFile,
} from "../../../lib/plan/provision/secrets.ts";

const ref = { project: "default", name: "a" };
const secret = (name: string, content: string | Uint8Array, more: Partial<SecretFile> = {}): SecretFile => ({
  name,
  content: typeof content === "string" ? new TextEncoder().encode(content) : content,
  // A user may give files to no other.
  owner: `${Deno.uid()}:${Deno.gid()}`,
  mode: 0o400,
  ...more,
});

/** Runs the script of a delivery in a directory of its own, in the place of the one in memory. */
async function deliver(directory: string, script: string): Promise<{ code: number; stderr: string }> {
  const child = new Deno.Command("/bin/sh", {
    args: ["-s"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const local = script.replace(/^if \[ -L [^]*?^esac\nchmod 0755 \/run\/lxops\n/m, "")
    .replaceAll("/run/lxops/secrets", directory);
  await writer.write(new TextEncoder().encode(local));
  await writer.close();
  const { code, stderr } = await child.output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

function scriptOf(step: ReturnType<typeof deliveryStep>): string {
  assert(step.effect.kind === "secrets");
  return step.effect.exec.stdin!;
}

Deno.test("a delivery writes every byte, with modes, and removes former secrets", async () => {
  const directory = await Deno.makeTempDir({ prefix: "lxops-secrets-" });
  try {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const texts = [
      "",
      "-n",
      "%s\\n",
      "it's",
      "$(id) `id` \\",
      "line\n\nline\n",
      "\u00fc",
      "x".repeat(300_000),
    ];
    const all = [secret("bytes", bytes, { mode: 0o440 }), ...texts.map((text, at) => secret(`t${at}`, text))];
    await Deno.writeTextFile(`${directory}/old`, "gone");
    await Deno.writeTextFile(`${directory}/.left.new`, "gone");
    assertEquals(await deliver(directory, scriptOf(deliveryStep(ref, all))), { code: 0, stderr: "" });
    assertEquals(await Deno.readFile(`${directory}/bytes`), bytes);
    for (const [at, text] of texts.entries()) {
      assertEquals(await Deno.readTextFile(`${directory}/t${at}`), text, `text ${at}`);
    }
    const names = (await Array.fromAsync(Deno.readDir(directory), ({ name }) => name)).sort();
    assertEquals(names, [".delivered", "bytes", ...texts.map((_, at) => `t${at}`)]);
    assertEquals((await Deno.stat(`${directory}/bytes`)).mode! & 0o777, 0o440);
    const delivered = await Deno.readTextFile(`${directory}/.delivered`);
    assertEquals(secretDifferences(all, delivered), []);
    assertEquals(
      secretDifferences([secret("t0", "other"), secret("new", "x"), ...all.slice(0, 1)], delivered),
      [
        { sign: "~", name: "t0" },
        { sign: "+", name: "new" },
        ...texts.slice(1).map((_, at) => ({ sign: "-" as const, name: `t${at + 1}` })),
      ],
    );
    assertEquals(await deliver(directory, scriptOf(deliveryStep(ref, []))), { code: 0, stderr: "" });
    assertEquals(await Array.fromAsync(Deno.readDir(directory), ({ name }) => name), [".delivered"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a missing owner gets the secret when it exists, and is named where it never does", async () => {
  const directory = await Deno.makeTempDir({ prefix: "lxops-secrets-" });
  try {
    const { before, after } = deliverySteps(ref, [secret("a", "x", { owner: "no-such-user" })]);
    assertEquals((await deliver(directory, scriptOf(before))).code, 0);
    assertEquals(await Array.fromAsync(Deno.readDir(directory), ({ name }) => name), ["a"]);
    assertEquals(await deliver(directory, scriptOf(after)), {
      code: 1,
      stderr: "secret a: there is no user or group no-such-user\n",
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("whatever an instance says was delivered, the names of secrets are names", () => {
  const hostile = ["../x ", "a b ", "", "x\u001b[31m ", `${"n".repeat(200)} `].map((name) =>
    `${name}${"0".repeat(64)}`
  );
  assertEquals(secretDifferences([], hostile.join("\n")), []);
  assertEquals(secretDifferences([], `a ${"0".repeat(64)}\n`.repeat(5000)), [{ sign: "-", name: "a" }]);
});

Deno.test("a shown delivery has neither contents nor hashes", () => {
  const { effect } = deliveryStep(ref, [secret("a", "canary")]);
  assert(effect.kind === "secrets");
  const hidden = effect.secrets.map((one) => typeof one === "string" ? one : one.text);
  assertEquals(hidden[0], "printf %s 'canary'");
  assertEquals(/^[0-9a-f]{64}$/.test(hidden[1]!), true);
  assertEquals(effect.exec.argv.join(" ").includes("canary"), false);
});
