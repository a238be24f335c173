import { assertEquals } from "@std/assert";
import { bodyWord, shownValue } from "../../../lib/plan/instance/hidden_values.ts";

for (
  const [key, value, expected] of [
    ["environment.DB_PASSWORD", "hunter2", "***"],
    ["environment.api_key", "x", "***"],
    ["environment.GITHUB_TOKEN", "x", "***"],
    ["user.secret", "x", "***"],
    ["systemd.credential.db", "x", "***"],
    ["environment.DATABASE_URL", "postgres://me:pw@db/x", "postgres://***@db/x"],
    ["environment.DB_PASSWORD_FILE", "/run/secrets/db", "/run/secrets/db"],
    ["environment.TZ", "Europe/Berlin", "Europe/Berlin"],
    ["limits.memory", "1GiB", "1GiB"],
    ["security.privileged", "true", "true"],
    ["environment.PASSWORD", "", ""],
    ["user.lxops.properties", '{"password":"x"}', '{"password":"x"}'],
  ] as const
) {
  Deno.test(`shownValue() of ${key} = "${value}"`, () => assertEquals(shownValue(key, value), expected));
}

/** Returns what a shell makes of a word, or its error. */
async function expanded(word: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-euc", `printf %s ${word}`],
    env,
    clearEnv: true,
  }).output();
  return new TextDecoder().decode(stdout) +
    new TextDecoder().decode(stderr).replace(/^.*?([\w]+: is)/s, "$1");
}

Deno.test("a script ends where a secret is left out, unless its variable is set", async () => {
  const body = {
    config: { "environment.DB_PASSWORD": "hunter2", "environment.X": "it's $HOME" },
    devices: {},
  };
  const { word, hides } = bodyWord(body);
  assertEquals([hides, word.includes("hunter2")], [true, false]);
  assertEquals(await expanded(word, {}), "environment_DB_PASSWORD: is left out\n");
  assertEquals(JSON.parse(await expanded(word, { environment_DB_PASSWORD: "hunter2" })), body);
});

Deno.test("a body without secrets is not changed", async () => {
  const body = { config: { "environment.X": "1" }, name: "it's" };
  const { word, hides } = bodyWord(body);
  assertEquals([hides, JSON.parse(await expanded(word, {}))], [false, body]);
  assertEquals(bodyWord([1]), { word: "'[1]'", hides: false });
});
