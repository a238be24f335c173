/** Runners of Forgejo and Gitea: a pool of mode self, with a stand-in runner that takes one job and powers off. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { until } from "../../support/until.ts";
import { type Ground, inTurn, socketVariable } from "../support/daemon.ts";

const JOBS = 3;

/** Takes the first job that no other runner has, writes who did it by which token, and ends. */
const RUNNER = `cd /queue && until [ -e /queue/over ]; do
  for job in new/*; do
    if [ -e "$job" ] && mv "$job" "taken/\${job#new/}" 2>/dev/null; then
      echo "$(hostname) $(cat /root/.runner)" >"done/\${job#new/}.part" && mv "done/\${job#new/}.part" "done/\${job#new/}"
      exit 0
    fi
  done
  sleep 0.1
done`;

function start(ground: Ground, args: readonly string[]): Deno.ChildProcess {
  const [command, ...first] = ground.daemon.argv as [string, ...string[]];
  return new Deno.Command(command, {
    args: [...first, ...args],
    cwd: ground.dir,
    env: { HOME: ground.dir, ...socketVariable(ground.daemon) },
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
}

async function listed(path: string): Promise<readonly string[]> {
  return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
}

inTurn(
  "runners of Forgejo take one job each, with a token that the daemon does not have",
  [],
  async (ground) => {
    const pool = ground.id;
    const queue = `${ground.dir}/queue`;
    const token = `token-${ground.id}`;
    for (const one of ["new", "taken", "done"]) await Deno.mkdir(`${queue}/${one}`, { recursive: true });
    for (const path of [queue, ...["new", "taken", "done"].map((one) => `${queue}/${one}`)]) {
      await Deno.chmod(path, 0o777);
    }
    await ground.write("runner.secret", `${token}\n`);
    const copy = ["--copy-in", "runner.secret:/root/.runner"];
    const profile = ground.name("-queue");
    let tender: Deno.ChildProcess | undefined;
    try {
      const devices = { queue: { type: "disk", source: queue, path: "/queue" } };
      const body = JSON.stringify({ name: profile, devices });
      await ground.ok(["query", "-X", "POST", "-d", body, "/1.0/profiles"]);
      await ground.ok([
        ...["pool", "create", "--mode=self", "--size=1", "--max=1", ...copy],
        ...["-p", "default", "-p", profile, pool, "tiny", "--", "sh", "-c", RUNNER],
      ]);
      const [{ instance }] = JSON.parse(await ground.ok(["pool", "status", "--json", pool])).instances;
      assertEquals(await ground.inside(instance, "cat /root/.runner"), token);
      // The token is in nothing that the daemon tells.
      for (
        const path of [`/1.0/instances/${instance}`, `/1.0/profiles/lxops-pool-${pool}`, "/1.0/operations"]
      ) {
        assert(!JSON.stringify(await ground.get(path)).includes(token), path);
      }
      for (let job = 0; job < JOBS; job++) await Deno.writeTextFile(`${queue}/new/${job}`, "");
      tender = start(ground, ["pool", "tend", "--interval", "200ms", ...copy, pool]);
      await until(
        async () => (await listed(`${queue}/done`)).filter((name) => !name.includes(".")).length === JOBS,
        120_000,
      );
      const all = await Promise.all(
        (await listed(`${queue}/done`)).map((name) => Deno.readTextFile(`${queue}/done/${name}`)),
      );
      const runners = all.map((text) => text.trim().split(" "));
      assertEquals(runners.map(([, found]) => found), Array(JOBS).fill(token));
      // Each job had a runner of its own.
      assertEquals(new Set(runners.map(([name]) => name)).size, JOBS);
      tender.kill("SIGTERM");
      await tender.status;
      tender = undefined;
      // Tending without the file says what is missing, and makes no runner without a token.
      await Deno.writeTextFile(`${queue}/over`, "");
      await until(
        async () => JSON.parse(await ground.ok(["pool", "status", "--json", pool])).ready === 0,
        60_000,
      );
      const without = await ground.run(["pool", "tend", pool]);
      assertStringIncludes(without.stderr, `lxops pool tend --copy-in FILE:/root/.runner ${pool}`);
      assertEquals(without.code, 12, without.stderr);
    } finally {
      if (tender) {
        tender.kill("SIGKILL");
        await tender.status;
      }
      await ground.run(["pool", "destroy", "--force", pool]);
      await ground.run(["query", "-X", "DELETE", `/1.0/profiles/${profile}`]);
    }
  },
);
