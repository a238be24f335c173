import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { digest } from "../../../lib/run/digest.ts";
import { LxopsError } from "../../../lib/base/errors.ts";
import { instanceNameProblem } from "../../../lib/instance/patterns/names.ts";
import { instanceOf, parseJob, serviceName } from "../../../lib/plan/ci/job.ts";

const JOB = { id: 1, token: "t", job_info: { project_id: 5 }, git_info: { ref: "main" } };

async function jobOf(more: object = {}) {
  return await parseJob(JSON.stringify({ ...JOB, ...more }), digest);
}

Deno.test("parseJob() gives one job one name, and no other job the same", async () => {
  const name = instanceOf(await jobOf());
  assertEquals(instanceOf(await jobOf({ image: { name: "other" } })), name);
  assertMatch(name, /^ci-1-[0-9a-f]{10}$/);
  assert(instanceOf(await jobOf({ token: "u" })) !== name);
  const longest = await jobOf({ id: Number.MAX_SAFE_INTEGER });
  assertEquals([instanceOf(longest), serviceName(longest, 99)].map(instanceNameProblem), [
    undefined,
    undefined,
  ]);
});

Deno.test("parseJob() keeps protected branches apart, and each branch where the server does not tell", async () => {
  const trust = async (git: object, project = 5) =>
    (await jobOf({ git_info: git, job_info: { project_id: project } })).trust;
  const all = await Promise.all([
    trust({ ref: "main", protected: true }),
    trust({ ref: "a", protected: false }),
    trust({ ref: "main" }),
    trust({ ref: "a", protected: null }),
    trust({ ref: "main", protected: true }, 6),
  ]);
  assertEquals(new Set(all).size, 5);
  assertEquals(await trust({ ref: "other", protected: true }), all[0]);
});

Deno.test("parseJob() takes no time limit that is longer than any date", async () => {
  const { seconds } = await jobOf({ runner_info: { timeout: 1e15 } });
  assert(!Number.isNaN(new Date(Date.now() + seconds! * 1000).getTime()));
  assertEquals((await jobOf({ runner_info: { timeout: 3600 } })).seconds, 3600);
});

Deno.test("parseJob() refuses a file that is not about a job", async () => {
  for (const text of ["", "[]", "{}", '{"id":"1","token":"t","job_info":{"project_id":5}}', '{"id":-1}']) {
    await assertRejects(
      () => parseJob(text, digest),
      LxopsError,
      "The file of JOB_RESPONSE_FILE is not about a job",
    );
  }
});
