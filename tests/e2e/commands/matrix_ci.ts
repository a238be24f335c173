/** The trials of the commands that CI systems call, in their order. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Cell } from "./matrix_cell.ts";

const GITLAB = ["-job", "job.json", "-file", "ci.yaml"];

/** Commands with their cells. */
export const CI_CELLS: readonly (readonly [string, Cell])[] = [
  ["ci gitlab config", async ({ ok, ground, name, project }) => {
    const settings = { images: ["tiny"], "default-image": "tiny", shell: "sh", wait: "exec", project };
    await ground.write("ci.yaml", JSON.stringify(settings));
    const job = { id: 1, token: name, job_info: { project_id: 1 } };
    await ground.write("job.json", JSON.stringify(job));
    await ground.write("script", "echo here\n");
    assertStringIncludes(await ok("ci", "gitlab", "config", ...GITLAB), "builds_dir");
  }],
  ["ci gitlab prepare", ({ ok }) => ok("ci", "gitlab", "prepare", ...GITLAB)],
  [
    "ci gitlab run",
    async ({ ok }) => assertEquals(await ok("ci", "gitlab", "run", ...GITLAB, "script", "step"), "here\n"),
  ],
  ["ci gitlab cleanup", ({ ok }) => ok("ci", "gitlab", "cleanup", ...GITLAB)],
  [
    "ci doctor",
    async ({ code }) => assertEquals(await code("ci", "doctor", "-file", "ci.yaml", "gitlab"), 1),
  ],
  ["ci falk prepare", async ({ ok, code }) => {
    await ok("ci", "falk", "prepare", "-file", "ci.yaml", "tiny");
    assertEquals(await code("ci", "falk", "prepare", "-file", "ci.yaml", "none"), 7);
  }],
  ["ci falk launch", async ({ code }) => {
    assertEquals(await code("ci", "falk", "launch", "-file", "ci.yaml", "tiny"), 125);
  }],
  ["ci falk cleanup", ({ ok }) => ok("ci", "falk", "cleanup", "-file", "ci.yaml")],
  ["ci garm", async ({ ground, isRemote }) => {
    const env = {
      GARM_COMMAND: "ListInstances",
      GARM_CONTROLLER_ID: "c",
      GARM_POOL_ID: "p",
      GARM_PROVIDER_CONFIG_FILE: `${ground.dir}/ci.yaml`,
    };
    const flags = isRemote ? ["-remote", "far"] : [];
    assertEquals(await ground.ok([...flags, "ci", "garm"], { env }), "[]\n");
  }],
];
