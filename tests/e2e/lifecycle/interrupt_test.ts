import { assertEquals, assertStringIncludes } from "@std/assert";
import { until } from "../../support/until.ts";
import { type Ground, onBoth } from "../support/daemon.ts";

const CONFIG = `#lxops-v1
ostype: alpine
image: tiny
cloud-config-files: [slow.cfg]
`;

/** A script that prints the command lines of the test's sleeps in the instance. */
const SLEEPS =
  "for file in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$file; echo; done 2>/dev/null | grep '^sleep 8639'";

async function sleeps(ground: Ground, name: string): Promise<string> {
  return (await ground.run(["instance", "exec", name, "--", "/bin/sh", "-c", SLEEPS])).stdout;
}

/** Waits until both sleeps of an instance that is being launched run. */
async function bothSleep(ground: Ground, name: string): Promise<void> {
  await until(async () => (await sleeps(ground, name)).trim().split("\n").length === 2, 120_000);
}

for (const more of [[], ["-step-timeout", "600"]]) {
  onBoth(
    `an interrupt ends what an item has started${more.length ? " beside its watch" : ""}`,
    [],
    async (ground) => {
      const name = ground.name();
      await ground.write("a.yaml", CONFIG);
      const item = "sh -c 'sleep 86399; :' & sleep 86398; touch /root/late";
      await ground.write("slow.cfg", `#cloud-config\nruncmd: [touch /root/early, "${item}"]\n`);
      const interrupt = bothSleep(ground, name);
      const outcome = await ground.run(["launch", "-name", name, ...more, "a.yaml"], { interrupt });
      assertEquals(outcome.code, 130, outcome.stderr);
      assertStringIncludes(outcome.stderr, "was killed");
      await until(async () => await sleeps(ground, name) === "");
      assertEquals(await ground.inside(name, "ls /root"), "early");
    },
  );
}
