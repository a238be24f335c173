import { assert } from "@std/assert";
import { makeLoader } from "../../lib/config/load/load.ts";
import { buildInstance } from "../../lib/instance/build.ts";
import { memoryIo } from "./memory_io.ts";
import { workTime } from "../support/work_time.ts";

/** Files of `count` configurations, each of which includes three files of its own. */
function configurations(count: number): Record<string, string> {
  const files: Record<string, string> = { "setup.cfg": "#cloud-config\n" };
  for (let index = 0; index < count; index++) {
    files[`c${index}.yaml`] = `#lxops-v1
include: [a${index}.yaml, b${index}.yaml, d${index}.yaml]
image: images:alpine/3.20
properties: {fsroot: tank/host}
cloud-config-files: [setup.cfg]
`;
    files[`a${index}.yaml`] = "#lxops-v1\nostype: alpine\nprofiles: [default, a]\n";
    files[`b${index}.yaml`] = `#lxops-v1
filesystems:
  host: {pattern: (fsroot)/(instance), destroy: true}
  log: {pattern: (fsroot)/log/(instance), transient: yes}
`;
    files[`d${index}.yaml`] = `#lxops-v1
devices:
${
      ["home", "etc/opt", "var", "srv", "opt"].map((name) =>
        `  ${name}:\n    path: /${name}\n    filesystem: host\n`
      ).join("")
    }`;
  }
  return files;
}

async function verify(count: number): Promise<number> {
  const load = makeLoader(memoryIo(configurations(count)), {}, { collect: true, ostypes: ["alpine"] });
  const started = workTime();
  for (let index = 0; index < count; index++) {
    const file = `c${index}.yaml`;
    buildInstance(await load(file), { file, globals: {}, sets: {} });
  }
  return workTime() - started;
}

Deno.test("1,000 configurations that include three files each are checked in 3 seconds, in linear time", async () => {
  await verify(250); // Warms up the compiler, which would make the first measurement the slowest.
  const times = [await verify(250), await verify(500), await verify(1000)];
  const [quarter = 0, half = 0, full = 0] = times;
  const shown = times.map((time) => `${Math.round(time)} ms`).join(", ");
  assert(full < 3000, shown);
  assert(half < 4 * quarter + 50 && full < 4 * half + 50, shown);
});
