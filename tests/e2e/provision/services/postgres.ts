/** The example postgres keeps a row of a table. */
import { assertEquals } from "@std/assert";
import type { Example, Running } from "./example.ts";

const PASSWORD = `it's "a\\b" $c`;

async function psql({ address }: Running, query: string, password = PASSWORD) {
  const child = new Deno.Command("/usr/bin/psql", {
    args: ["-h", address, "-U", "app", "-d", "app", "-X", "-q", "-t", "-A", "-c", query],
    env: { PGPASSWORD: password },
  });
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A database. */
export const postgres: Example = {
  name: "postgres",
  programs: ["/usr/bin/psql"],
  prepare: async ({ dir }) => {
    await Deno.writeTextFile(`${dir}/password.secret`, `${PASSWORD}\n`, { mode: 0o600 });
    return {};
  },
  ask: async (running) => {
    const ok = async (query: string) => {
      const { code, stdout, stderr } = await psql(running, query);
      assertEquals(code, 0, stderr);
      return stdout;
    };
    if (running.round === 1) {
      await ok("CREATE TABLE notes (id serial, line text); INSERT INTO notes (line) VALUES ('kept')");
    }
    assertEquals((await psql(running, "SELECT 1", "wrong")).code, 2);
    return await ok("SELECT id, line FROM notes");
  },
};
